package io.github.llamaspring.generator;

/**
 * Adds the product of some tokens with a tile of 32 rows of floats: outer products in
 * registers, one activation for all lanes at a time.
 *
 * @param tokens computed together
 */
record TileKernel(int tokens) {

	/** Sums must fit the registers beside two vectors of weights. */
	static int[] tokens(int bits) {
		return (bits == 512) ? new int[] { 12, 6, 3, 2, 1 } : new int[] { 6, 3, 2, 1 };
	}

	String name() {
		return "tile_" + this.tokens;
	}

	void emit(Code code, Memory memory) {
		code.line("/** A tile of floats times %d token(s). */", this.tokens);
		code.line("static void %s(MemorySegment tile, long t, int columns, float[] x, int from, float[] y, int at,",
				name());
		code.line("		int stride) {");
		code.leaveWithout("columns");
		for (int i = 0; i < this.tokens; i++) {
			code.line("FloatVector a%d = FloatVector.fromArray(F, y, at + %d * stride);", i, i);
			code.line("FloatVector b%d = FloatVector.fromArray(F, y, at + %d * stride + 16);", i, i);
		}
		code.line("for (int e = from, end = from + %d * columns; e < end; e += %d) {", this.tokens, this.tokens);
		code.line("FloatVector wa = %s;", memory.loadTile("t"));
		code.line("FloatVector wb = %s;", memory.loadTile("t + 64"));
		code.line("t += 128;");
		for (int i = 0; i < this.tokens; i++) {
			code.line("FloatVector x%d = FloatVector.broadcast(F, x[e + %d]);", i, i);
			code.line("a%d = wa.fma(x%d, a%d);", i, i, i);
			code.line("b%d = wb.fma(x%d, b%d);", i, i, i);
		}
		code.line("}");
		for (int i = 0; i < this.tokens; i++) {
			code.line("a%d.intoArray(y, at + %d * stride);", i, i);
			code.line("b%d.intoArray(y, at + %d * stride + 16);", i, i);
		}
		code.line("}").line("");
	}

}
