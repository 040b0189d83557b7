package io.github.llamaspring.generator;

import java.util.function.BiFunction;

/**
 * 32 rows in a tile: for each column 16 rows as floats, then the other 16. Or, for
 * oneDNN, for each pair of columns 16 rows as pairs of bfloat16, then the other 16; the
 * next pair of columns is 256 bytes on, as in a tile of floats. Halves are rounded away
 * from zero.
 *
 * @param format of the weights
 * @param pairs whether to write pairs of bfloat16
 */
record UnpackKernel(Format format, boolean pairs) {

	String name() {
		return this.format.id() + (this.pairs ? "_pairs" : "_unpack");
	}

	void emit(Code code, Memory memory, int bits) {
		code.line("/** %s as %s. */", this.format.name(), this.pairs ? "pairs of bfloat16" : "floats");
		code.line("static void %s(MemorySegment data, long o, long line, int blocks, float factor, MemorySegment tile,",
				name());
		code.line("		long t) {");
		code.leaveWithout("blocks");
		code.line("FloatVector unit = FloatVector.broadcast(F, factor * 0x1p112f);");
		Scaling.blocks(code, memory, this.format, 1, () -> block(code, memory, bits));
		code.line("}").line("");
	}

	private void block(Code code, Memory memory, int bits) {
		if (this.format.isSixBits()) {
			sixes(code, memory);
			return;
		}
		code.line("long w = o;");
		code.line("o += %d * line;", this.format.linesOf32());
		Scaling.emit(code, memory, this.format, 0, "");
		code.line("o += %sline;", (this.format.scales() == Format.Scales.HALF_AND_MINIMUM) ? "2 * " : "");
		boolean perHalf = this.format.scales().perHalf();
		for (int h = 0; h < (perHalf ? 2 : 1); h++) {
			for (String rows : new String[] { "a", "b" }) {
				String half = perHalf ? String.valueOf(h) : "";
				code.line("FloatVector f%s%s = s%s%s_0.mul(unit);", rows, half, rows, half);
				String minimum = this.format.scales().hasMinimum() ? "m%s%s_0.mul(unit)".formatted(rows, half) : null;
				if (this.format.zero() != 0) {
					code.line("FloatVector c%s%s = f%s%s.mul(-%df);", rows, half, rows, half, this.format.zero());
				}
				else if (minimum != null) {
					code.line("FloatVector c%s%s = %s;", rows, half, minimum);
				}
			}
		}
		if (this.format.low() == 8) {
			bytes(code, memory);
			return;
		}
		for (int h = 0; h < 2; h++) {
			half(code, memory, perHalf ? String.valueOf(h) : "", bits);
		}
	}

	/** Half by half 16 columns, the last four from the lower bytes of three lanes. */
	private void sixes(Code code, Memory memory) {
		code.line("IntVector q_0 = %s;",
				memory.load("Int", "I", "o + %d * line".formatted(this.format.linesOf32())));
		code.line("for (int h = 0; h < 2; h++) {");
		Scaling.ofHalf(code, this.format, 0);
		for (String rows : new String[] { "a", "b" }) {
			code.line("FloatVector f%s = s%s_0.mul(unit);", rows, rows);
			code.line("FloatVector c%s = f%s.mul(-%df);", rows, rows, this.format.zero());
		}
		code.line("IntVector rv = IntVector.zero(I);").line("IntVector ru = IntVector.zero(I);");
		code.line("for (int k = 0; k < 3; k++) {");
		code.line("IntVector v = %s;", memory.load("Int", "I", "o"));
		code.line("IntVector u = %s;", memory.load("Int", "I", "o + line"));
		code.line("o += 2 * line;");
		stores(code, memory, 4, "", (i, upper) -> field(upper ? "u" : "v", 8 + 6 * i, 6));
		for (String rows : new String[] { "v", "u" }) {
			code.line("r%s = r%s.lanewise(LSHL, 8).or(%s.and(0xff));", rows, rows, rows);
		}
		code.line("t += 512;");
		code.line("}");
		stores(code, memory, 4, "", (i, upper) -> field(upper ? "ru" : "rv", 6 * i, 6));
		code.line("t += 512;");
		code.line("}");
		code.line("o += line;");
	}

	private void bytes(Code code, Memory memory) {
		code.line("for (int q = 0; q < 8; q++) {");
		code.line("IntVector v = %s;", memory.load("Int", "I", "w"));
		code.line("IntVector u = %s;", memory.load("Int", "I", "w + line"));
		code.line("w += 2 * line;");
		stores(code, memory, 4, "", (i, upper) -> field(upper ? "u" : "v", 8 * i, 8));
		code.line("t += 512;");
		code.line("}");
	}

	/** 16 columns; the lines of the high plane lie behind those of the low one. */
	private void half(Code code, Memory memory, String half, int bits) {
		int fields = 16 / this.format.low();
		int lines = 16 / fields;
		int high = this.format.high();
		code.line("for (int i1 = 0; i1 < %d; i1++) {", Math.max(1, high));
		if (high > 0) {
			code.line("IntVector u = %s;",
					memory.load("Int", "I", "w + (%d - i1 * %d) * line".formatted(lines, lines / high - 1)));
		}
		code.line("for (int i2 = 0; i2 < %d; i2++) {", lines / Math.max(1, high));
		code.line("IntVector v = %s;", memory.load("Int", "I", "w"));
		code.line("w += line;");
		// Longer bodies are compiled badly.
		int step = Math.min(fields, 4);
		if (step < fields) {
			code.line("for (int i3 = 0; i3 < %d; i3++) {", fields / step);
		}
		stores(code, memory, step, half, (k, upper) -> number(k, upper ? 16 : 0, bits));
		if (high > 0) {
			// Bits of the upper row move into the lower one's, above those still needed.
			code.line("u = u.lanewise(LSHR, %d);", step * high);
		}
		code.line("t += %d;", 128 * step);
		if (step < fields) {
			code.line("v = v.lanewise(LSHR, %d);", step * this.format.low());
			code.line("}");
		}
		code.line("}");
		code.line("}");
		if (high > 0) {
			code.line("w += %d * line;", high);
		}
	}

	private static String moved(int by) {
		return (by == 0) ? "u"
				: (by > 0) ? "u.lanewise(LSHR, %d)".formatted(by) : "u.lanewise(LSHL, %d)".formatted(-by);
	}

	/** Field {@code k} of the 16-bit lane that begins at bit {@code lane}. */
	private String number(int k, int lane, int bits) {
		int low = this.format.low();
		int high = this.format.high();
		if (this.format.isTable()) {
			return Lookup.of("v", k * low + lane, bits);
		}
		String number = field("v", k * low + lane, low);
		return (high == 0) ? number
				: "%s.or(%s.and(%d))".formatted(number, moved(k * high + lane - low), ((1 << high) - 1) << low);
	}

	/** Adjacent columns of 32 rows; {@code true} stands for the upper 16. */
	private void stores(Code code, Memory memory, int columns, String half,
			BiFunction<Integer, Boolean, String> number) {
		for (int k = 0; k < columns; k += this.pairs ? 2 : 1) {
			for (boolean upper : new boolean[] { false, true }) {
				int offset = 128 * k + (upper ? 64 : 0);
				String rows = (upper ? "b" : "a") + half;
				String vector = weight(number.apply(k, upper), rows);
				if (this.pairs) {
					String next = weight(number.apply(k + 1, upper), rows);
					vector = "%s.reinterpretAsInts().add(0x8000).lanewise(LSHR, 16)".formatted(vector)
							+ ".or(%s.reinterpretAsInts().add(0x8000).and(0xffff0000))".formatted(next);
				}
				code.line(memory.storeTile(vector, (offset == 0) ? "t" : "t + " + offset));
			}
		}
	}

	private String weight(String number, String rows) {
		String value = this.format.isTable() ? number : "((FloatVector) %s.convert(I2F, 0))".formatted(number);
		boolean constant = this.format.zero() != 0 || this.format.scales().hasMinimum();
		return constant ? "%s.fma(f%s, c%s)".formatted(value, rows, rows) : "%s.mul(f%s)".formatted(value, rows);
	}

	private static String field(String vector, int shift, int bits) {
		String v = (shift == 0) ? vector : "%s.lanewise(LSHR, %d)".formatted(vector, shift);
		return (shift + bits == 32) ? v : "%s.and(%d)".formatted(v, (1 << bits) - 1);
	}

}
