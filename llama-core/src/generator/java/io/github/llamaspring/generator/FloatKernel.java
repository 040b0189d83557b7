package io.github.llamaspring.generator;

import java.util.List;

/**
 * Some tokens times some groups of 32 rows, in floats. A byte {@code u = w + 128} becomes
 * the top of a fraction: {@code f = 1 + u / 256}, so {@code w = 256 (f - 1.5)}; one shift
 * and one bitwise step instead of a conversion. An entry of the IQ4 table is looked up.
 *
 * @param format of the weights
 * @param shape what is computed together
 */
record FloatKernel(Format format, Shape shape) {

	static final List<Shape> SHAPES = List.of(new Shape(1, 1), new Shape(1, 2), new Shape(2, 1), new Shape(4, 1));

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
		code.line("FloatVector unit = FloatVector.broadcast(F, factor * %s);",
				this.format.isTable() ? "0x1p112f" : "0x1p120f");
		code.line("int e = token * in.columns();");
		this.shape.each((t, g) -> code.line("FloatVector ya%s = FloatVector.zero(F);", Shape.id(t, g))
			.line("FloatVector yb%s = FloatVector.zero(F);", Shape.id(t, g)));
		Scaling.blocks(code, memory, this.format, this.shape.groups(), () -> block(code, memory, bits));
		this.shape.each((t, g) -> code.line("ya%s.intoArray(y, at + %d * stride + %d);", Shape.id(t, g), t, 32 * g)
			.line("yb%s.intoArray(y, at + %d * stride + %d);", Shape.id(t, g), t, 32 * g + 16));
		code.line("}").line("");
	}

	private void block(Code code, Memory memory, int bits) {
		this.shape.each((t, g) -> {
			String start = this.format.isTable() ? "FloatVector.zero(F)"
					: "FloatVector.broadcast(F, centers[b + %d])".formatted(t);
			code.line("FloatVector a%s = %s;", Shape.id(t, g), start)
				.line("FloatVector b%s = %s;", Shape.id(t, g), start);
		});
		code.line("for (int end = e + %d; e < end; e += %d) {", 32 * this.shape.tokens(), 4 * this.shape.tokens());
		for (int g = 0; g < this.shape.groups(); g++) {
			code.line("IntVector v_%d = %s;", g, memory.load("Int", "I", "o" + Shape.offset(g)));
		}
		code.line("o += line;");
		if (!this.format.isTable()) {
			for (int g = 0; g < this.shape.groups(); g++) {
				code.line("IntVector w_%d = %s;", g, memory.load("Int", "I", "o" + Shape.offset(g)));
			}
			code.line("o += line;");
		}
		for (int i = 0; i < 4; i++) {
			for (int t = 0; t < this.shape.tokens(); t++) {
				code.line("FloatVector x%d_%d = FloatVector.broadcast(F, x[e + %d]);", i, t,
						i * this.shape.tokens() + t);
			}
			for (int g = 0; g < this.shape.groups(); g++) {
				code.line("FloatVector wa%d_%d = %s;", i, g, weight(g, i, false, bits));
				code.line("FloatVector wb%d_%d = %s;", i, g, weight(g, i, true, bits));
				for (int t = 0; t < this.shape.tokens(); t++) {
					String id = Shape.id(t, g);
					code.line("a%s = wa%d_%d.fma(x%d_%d, a%s);", id, i, g, i, t, id);
					code.line("b%s = wb%d_%d.fma(x%d_%d, b%s);", id, i, g, i, t, id);
				}
			}
		}
		code.line("}");
		for (int g = 0; g < this.shape.groups(); g++) {
			Scaling.emit(code, memory, this.format, g, Shape.offset(g));
			code.line("sa_%d = sa_%d.mul(unit);", g, g).line("sb_%d = sb_%d.mul(unit);", g, g);
		}
		code.line("o += line;");
		this.shape
			.each((t, g) -> code.line("ya%s = a%s.fma(sa_%d, ya%s);", Shape.id(t, g), Shape.id(t, g), g, Shape.id(t, g))
				.line("yb%s = b%s.fma(sb_%d, yb%s);", Shape.id(t, g), Shape.id(t, g), g, Shape.id(t, g)));
		if (!this.format.isTable()) {
			code.line("b += %d;", this.shape.tokens());
		}
	}

	private String weight(int g, int i, boolean upper, int bits) {
		if (this.format.isTable()) {
			return Lookup.of("v_" + g, 4 * i + (upper ? 16 : 0), bits);
		}
		int shift = 15 - 8 * i;
		String v = (upper ? "w_" : "v_") + g;
		String shifted = (shift > 0) ? "%s.lanewise(LSHL, %d)".formatted(v, shift)
				: "%s.lanewise(LSHR, %d)".formatted(v, -shift);
		return shifted + ".and(0x7f8000).or(0x3f800000).reinterpretAsFloats()";
	}

}
