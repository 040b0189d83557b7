package io.github.llamaspring.generator;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/**
 * Some tokens times some groups of 32 rows, in floats. A byte {@code u = w + 128} becomes
 * the top of a fraction: {@code f = 1 + u / 256}, so {@code w = 256 (f - 1.5)}; one shift
 * and one bitwise step instead of a conversion. The same with 6 bits, {@code w + 32} and
 * 64. An entry of the IQ4 table is looked up.
 *
 * @param format of the weights
 * @param shape what is computed together
 */
record FloatKernel(Format format, Shape shape) {

	/**
	 * Tokens and groups; those of 6 bits have bodies so long that two groups are too much
	 * for the first compiler.
	 */
	static List<Shape> shapes(Format format) {
		return (format.low() == 6) ? List.of(new Shape(1, 1), new Shape(2, 1), new Shape(4, 1))
				: List.of(new Shape(1, 1), new Shape(1, 2), new Shape(2, 1), new Shape(4, 1));
	}

	String name() {
		return "%s_%dx%d".formatted(this.format.id(), this.shape.tokens(), this.shape.groups());
	}

	void emit(Code code, Memory memory, int bits) {
		code.line("/** %s: %d token(s) by %d group(s). */", this.format.name(), this.shape.tokens(),
				this.shape.groups());
		code.line("static void %s(MemorySegment data, long o, long line, long group, int blocks, Panel in, int token,",
				name());
		code.line("		float factor, float[] y, int at, int stride) {");
		code.line("float[] x = in.values();");
		if (!this.format.isTable()) {
			code.line("float[] centers = in.centers();");
			code.line("int b = token * (in.columns() / 32);");
		}
		// Half-float scales are 2^112 times too small, whole weights 2^bits times.
		code.line("FloatVector unit = FloatVector.broadcast(F, factor * 0x1p%df);",
				112 + (this.format.isTable() ? 0 : this.format.low()));
		code.line("int e = token * in.columns();");
		this.shape.each((t, g) -> code.line("FloatVector ya%s = FloatVector.zero(F);", Shape.id(t, g))
			.line("FloatVector yb%s = FloatVector.zero(F);", Shape.id(t, g)));
		boolean sixes = this.format.low() == 6;
		Scaling.blocks(code, memory, this.format, this.shape.groups(), sixes ? "unit" : null,
				() -> block(code, memory, bits));
		this.shape.each((t, g) -> code.line("ya%s.intoArray(y, at + %d * stride + %d);", Shape.id(t, g), t, 32 * g)
			.line("yb%s.intoArray(y, at + %d * stride + %d);", Shape.id(t, g), t, 32 * g + 16));
		code.line("}").line("");
	}

	/** 32 weights of each row; those of 6 bits half by half. */
	private void block(Code code, Memory memory, int bits) {
		if (this.format.low() == 6) {
			sixes(code, memory);
			return;
		}
		sums(code, this.format.isTable() ? (t) -> "FloatVector.zero(F)" : (t) -> "FloatVector.broadcast(F, centers[2 * b + %d] + centers[2 * b + %d])"
			.formatted(t, this.shape.tokens() + t));
		columns(code, 32);
		lines(code, memory, !this.format.isTable());
		for (int i = 0; i < 4; i++) {
			int column = i;
			products(code, i, (g, upper) -> weight(g, column, upper, bits));
		}
		code.line("}");
		for (int g = 0; g < this.shape.groups(); g++) {
			Scaling.emit(code, memory, this.format, g, Shape.offset(g));
			code.line("sa_%d = sa_%d.mul(unit);", g, g).line("sb_%d = sb_%d.mul(unit);", g, g);
		}
		code.line("o += line;");
		results(code);
		if (!this.format.isTable()) {
			code.line("b += %d;", this.shape.tokens());
		}
	}

	/** Four columns of each of three lanes, then four of their upper bytes. */
	private void sixes(Code code, Memory memory) {
		for (int g = 0; g < this.shape.groups(); g++) {
			code.line("IntVector q_%d = %s;", g,
					memory.load("Int", "I", "o + %d * line%s".formatted(this.format.linesOf32(), Shape.offset(g))));
		}
		code.line("for (int h = 0; h < %d; h += %d) {", 2 * this.shape.tokens(), this.shape.tokens());
		sums(code, (t) -> "FloatVector.broadcast(F, centers[2 * b + h + %d])".formatted(t));
		for (int g = 0; g < this.shape.groups(); g++) {
			code.line("IntVector rv_%d = IntVector.zero(I);", g).line("IntVector rw_%d = IntVector.zero(I);", g);
		}
		columns(code, 12);
		lines(code, memory, true);
		for (int i = 0; i < 4; i++) {
			int column = i;
			products(code, i, (g, upper) -> top((upper ? "w_" : "v_") + g, 6 * column));
		}
		for (int g = 0; g < this.shape.groups(); g++) {
			for (String rows : new String[] { "v", "w" }) {
				code.line("r%s_%d = r%s_%d.lanewise(LSHR, 8).or(%s_%d.and(0xff000000));", rows, g, rows, g, rows, g);
			}
		}
		code.line("}");
		for (int i = 0; i < 4; i++) {
			int column = i;
			products(code, i, (g, upper) -> top((upper ? "rw_" : "rv_") + g, 8 + 6 * column));
		}
		code.line("e += %d;", 4 * this.shape.tokens());
		for (int g = 0; g < this.shape.groups(); g++) {
			Scaling.ofHalf(code, this.format, g);
		}
		results(code);
		code.line("}");
		code.line("o += line;").line("b += %d;", this.shape.tokens());
	}

	private void sums(Code code, IntFunction<String> start) {
		this.shape.each((t, g) -> code.line("FloatVector a%s = %s;", Shape.id(t, g), start.apply(t))
			.line("FloatVector b%s = %s;", Shape.id(t, g), start.apply(t)));
		if (hasTwoSums()) {
			this.shape.each((t, g) -> code.line("FloatVector c%s = FloatVector.zero(F);", Shape.id(t, g))
				.line("FloatVector d%s = FloatVector.zero(F);", Shape.id(t, g)));
		}
	}

	/** Of even and of odd columns: a single one would wait for itself. */
	private boolean hasTwoSums() {
		return this.format.low() == 6 && this.shape.tokens() == 1;
	}

	/** Begins a loop over four columns at a time. */
	private void columns(Code code, int columns) {
		code.line("for (int end = e + %d; e < end; e += %d) {", columns * this.shape.tokens(),
				4 * this.shape.tokens());
	}

	private void lines(Code code, Memory memory, boolean two) {
		for (String rows : two ? new String[] { "v", "w" } : new String[] { "v" }) {
			for (int g = 0; g < this.shape.groups(); g++) {
				code.line("IntVector %s_%d = %s;", rows, g, memory.load("Int", "I", "o" + Shape.offset(g)));
			}
			code.line("o += line;");
		}
	}

	/** One column of all groups times all tokens. */
	private void products(Code code, int i, BiFunction<Integer, Boolean, String> weight) {
		for (int t = 0; t < this.shape.tokens(); t++) {
			code.line("FloatVector x%d_%d = FloatVector.broadcast(F, x[e + %d]);", i, t, i * this.shape.tokens() + t);
		}
		for (int g = 0; g < this.shape.groups(); g++) {
			code.line("FloatVector wa%d_%d = %s;", i, g, weight.apply(g, false));
			code.line("FloatVector wb%d_%d = %s;", i, g, weight.apply(g, true));
			for (int t = 0; t < this.shape.tokens(); t++) {
				String id = Shape.id(t, g);
				boolean odd = hasTwoSums() && (i & 1) == 1;
				String a = odd ? "c" : "a";
				String b = odd ? "d" : "b";
				code.line("%s%s = wa%d_%d.fma(x%d_%d, %s%s);", a, id, i, g, i, t, a, id);
				code.line("%s%s = wb%d_%d.fma(x%d_%d, %s%s);", b, id, i, g, i, t, b, id);
			}
		}
	}

	private void results(Code code) {
		if (hasTwoSums()) {
			this.shape.each((t, g) -> code.line("a%s = a%s.add(c%s);", Shape.id(t, g), Shape.id(t, g), Shape.id(t, g))
				.line("b%s = b%s.add(d%s);", Shape.id(t, g), Shape.id(t, g), Shape.id(t, g)));
		}
		this.shape
			.each((t, g) -> code.line("ya%s = a%s.fma(sa_%d, ya%s);", Shape.id(t, g), Shape.id(t, g), g, Shape.id(t, g))
				.line("yb%s = b%s.fma(sb_%d, yb%s);", Shape.id(t, g), Shape.id(t, g), g, Shape.id(t, g)));
	}

	private String weight(int g, int i, boolean upper, int bits) {
		return this.format.isTable() ? Lookup.of("v_" + g, 4 * i + (upper ? 16 : 0), bits)
				: top((upper ? "w_" : "v_") + g, 8 * i);
	}

	/** The weight from a bit on, moved to the top of a fraction. */
	private String top(String vector, int from) {
		int bits = this.format.low();
		int left = 23 - bits - from;
		String shifted = (left > 0) ? "%s.lanewise(LSHL, %d)".formatted(vector, left)
				: "%s.lanewise(LSHR, %d)".formatted(vector, -left);
		return "%s.and(0x%x).or(0x3f800000).reinterpretAsFloats()".formatted(shifted,
				((1 << bits) - 1) << (23 - bits));
	}

}
