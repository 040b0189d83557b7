package io.github.llamaspring.generator;

/**
 * Some tokens times some groups of 32 rows, in floats. A byte {@code u = w + 128} becomes
 * the top of a fraction: {@code f = 1 + u / 256}, so {@code w = 256 (f - 1.5)}; one shift
 * and one bitwise step instead of a conversion. An entry of the IQ4 table is looked up.
 *
 * @param format of the weights
 * @param tokens computed together
 * @param groups computed together
 */
record FloatKernel(Format format, int tokens, int groups) {

	static final int[][] SHAPES = { { 1, 1 }, { 1, 2 }, { 2, 1 }, { 4, 1 } };

	String name() {
		return "%s_%dx%d".formatted(this.format.id(), this.tokens, this.groups);
	}

	void emit(Code code, Memory memory, int bits) {
		code.line("/** %s: %d token(s) by %d group(s). */", this.format.name(), this.tokens, this.groups);
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
		each((t, g) -> code.line("FloatVector ya%s = FloatVector.zero(F);", id(t, g))
			.line("FloatVector yb%s = FloatVector.zero(F);", id(t, g)));
		boolean superBlock = this.format.scales().ofSuperBlock();
		if (superBlock) {
			code.line("for (int s = 0; s < blocks; s += 8) {");
			for (int g = 0; g < this.groups; g++) {
				Scaling.half(code, memory, "d", g, offset(g));
			}
			code.line("o += line;");
		}
		code.line("for (int i = 0; i < %s; i++) {", superBlock ? "8" : "blocks");
		block(code, memory, bits);
		code.line("}");
		if (superBlock) {
			code.line("}");
		}
		each((t, g) -> code.line("ya%s.intoArray(y, at + %d * stride + %d);", id(t, g), t, 32 * g)
			.line("yb%s.intoArray(y, at + %d * stride + %d);", id(t, g), t, 32 * g + 16));
		code.line("}").line("");
	}

	private void block(Code code, Memory memory, int bits) {
		each((t, g) -> {
			String start = this.format.isTable() ? "FloatVector.zero(F)"
					: "FloatVector.broadcast(F, centers[b + %d])".formatted(t);
			code.line("FloatVector a%s = %s;", id(t, g), start).line("FloatVector b%s = %s;", id(t, g), start);
		});
		code.line("for (int end = e + %d; e < end; e += %d) {", 32 * this.tokens, 4 * this.tokens);
		for (int g = 0; g < this.groups; g++) {
			code.line("IntVector v_%d = %s;", g, memory.load("Int", "I", "o" + offset(g)));
		}
		code.line("o += line;");
		if (!this.format.isTable()) {
			for (int g = 0; g < this.groups; g++) {
				code.line("IntVector w_%d = %s;", g, memory.load("Int", "I", "o" + offset(g)));
			}
			code.line("o += line;");
		}
		for (int i = 0; i < 4; i++) {
			for (int t = 0; t < this.tokens; t++) {
				code.line("FloatVector x%d_%d = FloatVector.broadcast(F, x[e + %d]);", i, t, i * this.tokens + t);
			}
			for (int g = 0; g < this.groups; g++) {
				code.line("FloatVector wa%d_%d = %s;", i, g, weight(g, i, false, bits));
				code.line("FloatVector wb%d_%d = %s;", i, g, weight(g, i, true, bits));
				for (int t = 0; t < this.tokens; t++) {
					String id = id(t, g);
					code.line("a%s = wa%d_%d.fma(x%d_%d, a%s);", id, i, g, i, t, id);
					code.line("b%s = wb%d_%d.fma(x%d_%d, b%s);", id, i, g, i, t, id);
				}
			}
		}
		code.line("}");
		for (int g = 0; g < this.groups; g++) {
			Scaling.emit(code, memory, this.format, g, offset(g));
			code.line("sa_%d = sa_%d.mul(unit);", g, g).line("sb_%d = sb_%d.mul(unit);", g, g);
		}
		code.line("o += line;");
		each((t, g) -> code.line("ya%s = a%s.fma(sa_%d, ya%s);", id(t, g), id(t, g), g, id(t, g))
			.line("yb%s = b%s.fma(sb_%d, yb%s);", id(t, g), id(t, g), g, id(t, g)));
		if (!this.format.isTable()) {
			code.line("b += %d;", this.tokens);
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

	private static String offset(int g) {
		return (g == 0) ? "" : " + group";
	}

	private static String id(int token, int group) {
		return "_%d_%d".formatted(token, group);
	}

	private void each(Each action) {
		for (int t = 0; t < this.tokens; t++) {
			for (int g = 0; g < this.groups; g++) {
				action.run(t, g);
			}
		}
	}

	private interface Each {

		void run(int token, int group);

	}

}
