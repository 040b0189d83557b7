package io.github.llamaspring.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some tokens times some groups of 32 rows, in 16-bit lanes. With the fields of a lane
 * {@code v = n0 + 16 n1 + 256 n2 + 4096 n3} and activations prepared as
 * {@code c0 = x0, ci = xi - 16 x(i-1)}, the sum of {@code ni xi} is
 * {@code v c0 + (v >>> 4) c1 + (v >>> 8) c2 + (v >>> 12) c3} modulo 2^16: no masks. With
 * activations of at most 1023 and fields of 4 bits counted from -8, no line overflows;
 * 2^15 is added to make its sums l of two rows unsigned. They widen in three
 * instructions: {@code both += l} and {@code upper += l >>> 16} in lanes of 32 bits, for
 * when a block ends {@code both - (upper << 16)} is the lower row's sum. Loops stay
 * rolled: a longer body gains nothing where memory is the limit, and the first compiler
 * gives up on one that is too long, which the second one then never sees.
 *
 * @param format of the weights
 * @param shape what is computed together
 * @param ahead whether memory is asked for before it is read
 */
record IntegerKernel(Format format, Shape shape, boolean ahead) {

	/**
	 * Tokens and groups: as many as leave a method small enough for the first compiler.
	 */
	static List<Shape> shapes(Format format) {
		return switch (format.high()) {
			case 0 -> List.of(new Shape(1, 1), new Shape(1, 2), new Shape(2, 1), new Shape(2, 2));
			case 1 -> List.of(new Shape(1, 1));
			default -> List.of(new Shape(1, 1), new Shape(1, 2));
		};
	}

	void emit(Code code, Memory memory, int bits) {
		code.line("/** %s: %d token(s) by %d group(s). */", this.format.name(), this.shape.tokens(),
				this.shape.groups());
		code.line("static void %s(MemorySegment data, long o, long line, long group, int blocks, Panel in, int token,",
				this.shape.name(this.format, this.ahead));
		code.line("		float factor, float[] y, int at, int stride) {");
		code.leaveWithout("blocks");
		constants(code, bits);
		code.line("int[] low = in.coefficients(%d);", this.format.low());
		if (this.format.high() > 0) {
			code.line("int[] high = in.coefficients(%d);", this.format.high());
		}
		code.line("float[] scales = in.scales();");
		if (this.format.low() == 4) {
			code.line("int[] start = in.starts();");
		}
		if (this.format.low() != 4 || this.format.high() > 0) {
			code.line("ShortVector middle = ShortVector.broadcast(S, Short.MIN_VALUE);");
		}
		if (this.format.rest() != 0) {
			code.line("int[] total = in.totals();");
		}
		if (this.format.scales().hasMinimum()) {
			code.line("float[] sums = in.sums();");
		}
		code.line("int e = token * in.columns();");
		code.line("int b = token * (in.columns() / 32);");
		if (inRegisters()) {
			this.shape.each((t, g) -> code.line("FloatVector ya%s = FloatVector.zero(F);", Shape.id(t, g))
				.line("FloatVector yb%s = FloatVector.zero(F);", Shape.id(t, g)));
		}
		Scaling.blocks(code, memory, this.format, this.shape.groups(), () -> {
			if (this.ahead) {
				memory.askAhead(code, this.format, this.shape);
			}
			block(code, memory);
		});
		if (inRegisters()) {
			this.shape.each((t, g) -> code.line("ya%s.intoArray(y, at + %d * stride + %d);", Shape.id(t, g), t, 32 * g)
				.line("yb%s.intoArray(y, at + %d * stride + %d);", Shape.id(t, g), t, 32 * g + 16));
		}
		code.line("}").line("");
	}

	/** Sums of more tokens would push the weights out of the registers. */
	private boolean inRegisters() {
		return this.shape.tokens() == 1;
	}

	/**
	 * How far fields are moved: a vector of numbers, for which the compiler has one
	 * instruction, or a number where it has none for vectors of 16-bit lanes (x86 without
	 * AVX2), and each call would make objects.
	 */
	private void constants(Code code, int bits) {
		IntStream.of(this.format.low(), this.format.high())
			.filter((field) -> field > 0)
			.flatMap((field) -> IntStream.range(1, 16 / field).map((i) -> i * field))
			.distinct()
			.forEach((shift) -> code.line(
					(bits == 128) ? "int by%d = %d;" : "ShortVector by%d = ShortVector.broadcast(S, (short) %d);", shift,
					shift));
	}

	/** 32 weights of each row, half by half. */
	private void block(Code code, Memory memory) {
		boolean perHalf = this.format.scales().perHalf();
		for (int g = 0; perHalf && g < this.shape.groups(); g++) {
			code.line("IntVector q_%d = %s;", g,
					memory.load("Int", "I", "o + %d * line%s".formatted(this.format.linesOf32(), Shape.offset(g))));
		}
		if (!perHalf) {
			sums(code, false);
		}
		code.line("for (int h = 0; h < %d; h += %d) {", 2 * this.shape.tokens(), this.shape.tokens());
		if (perHalf) {
			sums(code, true);
		}
		plane(code, memory, "low", this.format.low());
		if (this.format.high() > 0) {
			plane(code, memory, "high", this.format.high());
		}
		code.line("e += %d;", 16 * this.shape.tokens());
		if (perHalf) {
			for (int g = 0; g < this.shape.groups(); g++) {
				Scaling.ofHalf(code, this.format, g);
			}
			results(code, true);
		}
		code.line("}");
		if (!perHalf) {
			for (int g = 0; g < this.shape.groups(); g++) {
				Scaling.emit(code, memory, this.format, g, Shape.offset(g));
			}
			results(code, false);
		}
		code.line("o += %sline;", (this.format.scales() == Format.Scales.HALF_AND_MINIMUM) ? "2 * " : "");
		code.line("b += %d;", this.shape.tokens());
	}

	/**
	 * Whole sums at their start: what the fields' own zeros add, less the lines' 2^15.
	 */
	private void sums(Code code, boolean half) {
		int lines = this.format.low() + (this.format.high() << this.format.low());
		int middle = (half ? lines : 2 * lines) << 15;
		for (int t = 0; t < this.shape.tokens(); t++) {
			String rest = (this.format.rest() == 0) ? ""
					: "%d * %s ".formatted(this.format.rest(), half ? "total[2 * b + h + %d]".formatted(t)
							: "(total[2 * b + %d] + total[2 * b + %d])".formatted(t, this.shape.tokens() + t));
			code.line("int zero_%d = %s- %d;", t, rest, middle);
		}
		this.shape
			.each((t, g) -> code.line("IntVector both%s = IntVector.broadcast(I, 65537 * zero_%d);", Shape.id(t, g), t)
				.line("IntVector upper%s = IntVector.broadcast(I, zero_%d);", Shape.id(t, g), t));
	}

	/** The lines of one plane that hold 16 weights of each row. */
	private void plane(Code code, Memory memory, String plane, int bits) {
		int fields = 16 / bits;
		int lines = 16 / fields;
		boolean rolled = lines > 1;
		String name = plane.substring(0, 1);
		if (rolled) {
			code.line("for (int k = e, end = e + %d; k < end; k += %d) {", 16 * this.shape.tokens(),
					fields * this.shape.tokens());
		}
		line(code, memory, name, plane, bits, rolled ? "k" : "e");
		if (rolled) {
			code.line("}");
		}
	}

	private void line(Code code, Memory memory, String name, String plane, int bits, String first) {
		int fields = 16 / bits;
		for (int g = 0; g < this.shape.groups(); g++) {
			code.inOrder();
			code.line("ShortVector v%s_%d = %s;", name, g, memory.load("Short", "S", "o" + Shape.offset(g)));
			for (int i = 1; this.shape.tokens() > 1 && i < fields; i++) {
				code.line("ShortVector v%s_%d_%d = v%s_%d.lanewise(LSHR, by%d);", name, g, i, name, g, i * bits);
			}
		}
		code.line("o += line;");
		for (int t = 0; t < this.shape.tokens(); t++) {
			for (int i = 0; i < fields; i++) {
				code.line("ShortVector x%s_%d_%d = %s;", name, t, i,
						pair("%s[%s + %d]".formatted(plane, first, t * fields + i)));
			}
			for (int g = 0; g < this.shape.groups(); g++) {
				List<String> products = new ArrayList<>();
				for (int i = 0; i < fields; i++) {
					String v = "v%s_%d".formatted(name, g);
					String field = (i == 0) ? v
							: (this.shape.tokens() > 1) ? v + "_" + i : v + ".lanewise(LSHR, by%d)".formatted(i * bits);
					products.add("%s.mul(x%s_%d_%d)".formatted(field, name, t, i));
				}
				String start = plane.equals("low") && bits == 4 ? pair("start[(%s >> 2) + %d]".formatted(first, t))
						: "middle";
				String shift = plane.equals("low") ? "" : ".lanewise(LSHL, %d)".formatted(this.format.low());
				String l = name + Shape.id(t, g);
				code.line("IntVector %s = %s.add(%s).reinterpretAsInts();", l, tree(products), start);
				code.line("both%s = both%s.add(%s%s);", Shape.id(t, g), Shape.id(t, g), l, shift);
				code.line("upper%s = upper%s.add(%s.lanewise(LSHR, 16)%s);", Shape.id(t, g), Shape.id(t, g), l, shift);
			}
		}
	}

	/** Balanced, so that additions do not wait for each other. */
	private static String tree(List<String> terms) {
		if (terms.size() == 1) {
			return terms.getFirst();
		}
		int middle = terms.size() / 2;
		return "%s.add(%s)".formatted(tree(terms.subList(0, middle)), tree(terms.subList(middle, terms.size())));
	}

	/** Whole sums times scales, added to rows {@code j} (a) and {@code 16 + j} (b). */
	private void results(Code code, boolean half) {
		for (int t = 0; t < this.shape.tokens(); t++) {
			code.line("float scale_%d = scales[b + %d] * factor;", t, t);
			if (this.format.scales().hasMinimum()) {
				code.line("float sum_%d = %s * factor;", t, half ? "sums[2 * b + h + %d]".formatted(t)
						: "(sums[2 * b + %d] + sums[2 * b + %d])".formatted(t, this.shape.tokens() + t));
			}
		}
		this.shape.each((t, g) -> {
			result(code, t, g, "a", 0,
					"both%s.sub(upper%s.lanewise(LSHL, 16))".formatted(Shape.id(t, g), Shape.id(t, g)));
			result(code, t, g, "b", 16, "upper" + Shape.id(t, g));
		});
	}

	private void result(Code code, int t, int g, String rows, int row, String sum) {
		String y = "y%s%s".formatted(rows, Shape.id(t, g));
		String place = "y, at + %d * stride + %d".formatted(t, 32 * g + row);
		if (!inRegisters()) {
			code.line("FloatVector %s = FloatVector.fromArray(F, %s);", y, place);
		}
		code.line("%s = ((FloatVector) %s.convert(I2F, 0)).fma(s%s_%d.mul(scale_%d), %s);", y, sum, rows, g, t, y);
		if (this.format.scales().hasMinimum()) {
			code.line("%s = m%s_%d.fma(FloatVector.broadcast(F, sum_%d), %s);", y, rows, g, t, y);
		}
		if (!inRegisters()) {
			code.line("%s.intoArray(%s);", y, place);
		}
	}

	/** The two 16-bit halves of the number are the same activation. */
	private static String pair(String number) {
		return "IntVector.broadcast(I, %s).reinterpretAsShorts()".formatted(number);
	}

}
