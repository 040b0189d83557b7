package io.github.llamaspring.generator;

/**
 * 32 rows as floats in a tile: for each column 16 rows, then the other 16.
 *
 * @param format of the weights
 */
record UnpackKernel(Format format) {

	String name() {
		return this.format.id() + "_unpack";
	}

	void emit(Code code, Memory memory, int bits) {
		code.line("/** %s as floats. */", this.format.name());
		code.line("static void %s(MemorySegment data, long o, long line, int blocks, float factor, MemorySegment tile,",
				name());
		code.line("		long t) {");
		code.line("FloatVector unit = FloatVector.broadcast(F, factor * 0x1p112f);");
		boolean superBlock = this.format.scales().ofSuperBlock();
		if (superBlock) {
			code.line("for (int s = 0; s < blocks; s += 8) {");
			Scaling.half(code, memory, "d", 0, "");
			code.line("o += line;");
			if (this.format.scales().hasMinimum()) {
				Scaling.half(code, memory, "n", 0, "");
				code.line("o += line;");
			}
		}
		code.line("for (int i = 0; i < %s; i++) {", superBlock ? "8" : "blocks");
		block(code, memory, bits);
		code.line("}");
		if (superBlock) {
			code.line("}");
		}
		code.line("}").line("");
	}

	private void block(Code code, Memory memory, int bits) {
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

	private void bytes(Code code, Memory memory) {
		code.line("for (int q = 0; q < 8; q++) {");
		code.line("IntVector v = %s;", memory.load("Int", "I", "w"));
		code.line("IntVector u = %s;", memory.load("Int", "I", "w + line"));
		code.line("w += 2 * line;");
		for (int i = 0; i < 4; i++) {
			store(code, memory, field("v", 8 * i, 8), "a", "", 128 * i);
			store(code, memory, field("u", 8 * i, 8), "b", "", 128 * i + 64);
		}
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
			code.line("IntVector u = %s;", memory.load("Int", "I", "w + (%d - i1 * %d) * line".formatted(lines,
					lines / high - 1)));
		}
		code.line("for (int i2 = 0; i2 < %d; i2++) {", lines / Math.max(1, high));
		code.line("IntVector v = %s;", memory.load("Int", "I", "w"));
		code.line("w += line;");
		for (int k = 0; k < fields; k++) {
			for (int upper = 0; upper < 2; upper++) {
				int shift = k * this.format.low() + 16 * upper;
				String number;
				if (this.format.isTable()) {
					number = Lookup.of("v", shift, bits);
				}
				else {
					number = field("v", shift, this.format.low());
					if (high > 0) {
						number = "%s.or(%s.and(%d))".formatted(number,
								moved(k * high + 16 * upper - this.format.low()),
								((1 << high) - 1) << this.format.low());
					}
				}
				store(code, memory, number, (upper == 0) ? "a" : "b", half, 128 * k + 64 * upper);
			}
		}
		if (high > 0) {
			// Bits of the upper row move into the lower one's, above those still needed.
			code.line("u = u.lanewise(LSHR, %d);", fields * high);
		}
		code.line("t += %d;", 128 * fields);
		code.line("}");
		code.line("}");
		if (high > 0) {
			code.line("w += %d * line;", high);
		}
	}

	private static String moved(int by) {
		return (by == 0) ? "u" : (by > 0) ? "u.lanewise(LSHR, %d)".formatted(by) : "u.lanewise(LSHL, %d)".formatted(-by);
	}

	private void store(Code code, Memory memory, String number, String rows, String half, int offset) {
		String value = this.format.isTable() ? number : "((FloatVector) %s.convert(I2F, 0))".formatted(number);
		boolean constant = this.format.zero() != 0 || this.format.scales().hasMinimum();
		String product = constant ? "%s.fma(f%s%s, c%s%s)".formatted(value, rows, half, rows, half)
				: "%s.mul(f%s%s)".formatted(value, rows, half);
		code.line(memory.storeTile(product, (offset == 0) ? "t" : "t + " + offset));
	}

	private static String field(String vector, int shift, int bits) {
		String v = (shift == 0) ? vector : "%s.lanewise(LSHR, %d)".formatted(vector, shift);
		return (shift + bits == 32) ? v : "%s.and(%d)".formatted(v, (1 << bits) - 1);
	}

}
