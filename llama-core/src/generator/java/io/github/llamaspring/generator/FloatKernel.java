package io.github.llamaspring.generator;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Some tokens times some groups of 32 rows, in floats. A byte {@code u = w + 128} becomes
 * the top of a fraction: {@code f = 1 + u / 256}, so {@code w = 256 (f - 1.5)}; one shift
 * and one bitwise step instead of a conversion. An entry of the IQ4 table is looked up.
 *
 * <p>
 * A field {@code u = w + 32} of 6 bits becomes a fraction where it lies: with the exponent
 * of 512 it is {@code f = 512 + u / 64} from bit 8 on, with that of 8 it is
 * {@code f = 8 + u / 64} from bit 14 on. So one shift serves two weights, and
 * {@code w = 64 (f - 512.5)} or {@code 64 (f - 8.5)}.
 *
 * @param format of the weights
 * @param shape what is computed together
 * @param ahead whether memory is asked for before it is read
 */
record FloatKernel(Format format, Shape shape, boolean ahead) {

	/**
	 * Tokens and groups. Two groups of 6 bits were measured to be slower: they need more
	 * vectors at once than there are registers.
	 */
	static List<Shape> shapes(Format format) {
		return (format.isSixBits()) ? List.of(new Shape(1, 1), new Shape(2, 1), new Shape(4, 1))
				: List.of(new Shape(1, 1), new Shape(1, 2), new Shape(2, 1), new Shape(4, 1));
	}

	void emit(Code code, Memory memory, int bits) {
		code.line("/** %s: %d token(s) by %d group(s). */", this.format.name(), this.shape.tokens(),
				this.shape.groups());
		code.line("static void %s(MemorySegment data, long o, long line, long group, int blocks, Panel in, int token,",
				this.shape.name(this.format, this.ahead));
		code.line("		float factor, float[] y, int at, int stride) {");
		code.leaveWithout("blocks");
		code.line("float[] x = in.values();");
		if (!this.format.isTable()) {
			code.line("float[] centers = in.%s();", (this.format.isSixBits()) ? "sixCenters" : "centers");
			code.line("int b = token * (in.columns() / 32);");
		}
		// Half-float scales are 2^112 times too small, whole weights 2^bits times.
		code.line("FloatVector unit = FloatVector.broadcast(F, factor * 0x1p%df);",
				112 + (this.format.isTable() ? 0 : this.format.low()));
		code.line("int e = token * in.columns();");
		this.shape.each((t, g) -> code.line("FloatVector ya%s = FloatVector.zero(F);", Shape.id(t, g))
			.line("FloatVector yb%s = FloatVector.zero(F);", Shape.id(t, g)));
		Scaling.blocks(code, memory, this.format, this.shape.groups(), this.format.isSixBits() ? "unit" : null,
				() -> {
					if (this.ahead) {
						memory.askAhead(code, this.format, this.shape);
					}
					block(code, memory, bits);
				});
		this.shape.each((t, g) -> code.line("ya%s.intoArray(y, at + %d * stride + %d);", Shape.id(t, g), t, 32 * g)
			.line("yb%s.intoArray(y, at + %d * stride + %d);", Shape.id(t, g), t, 32 * g + 16));
		code.line("}").line("");
	}

	/** 32 weights of each row; those of 6 bits half by half. */
	private void block(Code code, Memory memory, int bits) {
		if (this.format.isSixBits()) {
			sixes(code, memory);
			return;
		}
		this.shape.each((t, g) -> {
			String start = this.format.isTable() ? "FloatVector.zero(F)"
					: "FloatVector.broadcast(F, centers[b + %d])".formatted(t);
			code.line("FloatVector a%s = %s;", Shape.id(t, g), start)
				.line("FloatVector b%s = %s;", Shape.id(t, g), start);
		});
		columns(code, 32);
		lines(code, memory, !this.format.isTable());
		for (int i = 0; i < 4; i++) {
			int column = i;
			products(code, i, 0, (g, upper) -> weight(g, column, upper, bits));
		}
		code.line("}");
		for (int g = 0; g < this.shape.groups(); g++) {
			Scaling.emit(code, memory, this.format, g, Shape.offset(g));
			code.line("sa_%d = sa_%d.mul(unit);", g, g).line("sb_%d = sb_%d.mul(unit);", g, g);
		}
		code.line("o += line;");
		results(code, "");
		if (!this.format.isTable()) {
			code.line("b += %d;", this.shape.tokens());
		}
	}

	/** Half by half, four columns of each of three lanes, then four of their lower bytes. */
	private void sixes(Code code, Memory memory) {
		if (hasTwoSums()) {
			sixesOfOne(code, memory);
		}
		else {
			sixesOfSeveral(code, memory);
		}
		code.line("o += line;").line("b += %d;", this.shape.tokens());
	}

	/**
	 * The halves' scales lie behind both and are read there, in the memory's order; the
	 * first half's sums wait. Three lanes one by one: fewer steps a weight, so that the
	 * processor looks further ahead and memory is asked for sooner.
	 */
	private void sixesOfOne(Code code, Memory memory) {
		eachSum("", (sum) -> code.line("FloatVector %s = FloatVector.zero(F);", sum));
		eachSum("first_", (sum) -> code.line("FloatVector %s = FloatVector.zero(F);", sum));
		half(code);
		eachSum("", (sum) -> code.line("first_%s = %s;", sum, sum));
		sixCenters(code);
		for (int i = 0; i < 3; i++) {
			code.line("{");
			lane(code, memory, 4 * i);
			code.line("}");
		}
		fourSixes(code, "rv", "rw", -8, 12, 12);
		code.line("e += 16;");
		this.shape.each((t, g) -> code.line("a%s = a%s.add(c%s);", Shape.id(t, g), Shape.id(t, g), Shape.id(t, g))
			.line("b%s = b%s.add(d%s);", Shape.id(t, g), Shape.id(t, g), Shape.id(t, g)));
		code.line("}");
		for (int g = 0; g < this.shape.groups(); g++) {
			Scaling.bytes(code, memory, g, Shape.offset(g));
		}
		for (String sums : new String[] { "first_", "" }) {
			code.line("{");
			scaled(code, sums);
			code.line("}");
		}
	}

	/**
	 * Their sums are too many for those of one half to wait. Scales are read so late that
	 * what follows is compiled by itself: with more at once vectors are kept on the
	 * stack, where they lie across cache lines.
	 */
	private void sixesOfSeveral(Code code, Memory memory) {
		int tokens = this.shape.tokens();
		half(code);
		sixCenters(code);
		columns(code, 12);
		lane(code, memory, 0);
		code.line("}");
		for (int g = 0; g < this.shape.groups(); g++) {
			code.line("IntVector q_%d = %s.lanewise(LSHR, 16 * h / %d);", g, memory.load("Int", "I",
					"o + (6 - 6 * h / %d) * line%s".formatted(tokens, Shape.offset(g))), tokens);
		}
		fourSixes(code, "rv", "rw", -8, 12, 0);
		code.line("e += %d;", 4 * tokens);
		scaled(code, "");
		code.line("}");
	}

	/** Begins a loop over the halves of a block. */
	private void half(Code code) {
		code.line("for (int h = 0; h < %d; h += %d) {", 2 * this.shape.tokens(), this.shape.tokens());
	}

	private void scaled(Code code, String sums) {
		for (int g = 0; g < this.shape.groups(); g++) {
			Scaling.ofHalf(code, this.format, g);
		}
		results(code, sums);
	}

	private void eachSum(String prefix, Consumer<String> action) {
		this.shape.each((t, g) -> {
			action.accept(prefix + "a" + Shape.id(t, g));
			action.accept(prefix + "b" + Shape.id(t, g));
		});
	}

	private void lane(Code code, Memory memory, int from) {
		lines(code, memory, true);
		for (int g = 0; g < this.shape.groups(); g++) {
			for (String rows : new String[] { "v", "w" }) {
				code.line("r%s_%d = r%s_%d.lanewise(LSHL, 8).or(%s_%d.and(0xff));", rows, g, rows, g, rows, g);
			}
		}
		fourSixes(code, "v", "w", 0, 12, from);
	}

	/** Four columns, two after each move to the right. */
	private void fourSixes(Code code, String lower, String upper, int first, int second, int from) {
		for (int i = 0; i < 4; i++) {
			int right = (i == 0) ? first : (i == 2) ? second : 0;
			for (int g = 0; g < this.shape.groups() && right != 0; g++) {
				for (String rows : new String[] { lower, upper }) {
					code.line("%s_%d = %s;", rows, g, moved(rows + "_" + g, right));
				}
			}
			int column = i;
			products(code, i, from, (g, up) -> six((up ? upper : lower) + "_" + g, column));
		}
	}

	/**
	 * What the constants of the fractions come to, of even and of odd columns, and no
	 * lower bytes yet.
	 */
	private void sixCenters(Code code) {
		int tokens = this.shape.tokens();
		this.shape.each((t, g) -> {
			String even = "centers[2 * (2 * b + h) + %d]".formatted(t);
			String odd = "centers[2 * (2 * b + h) + %d]".formatted(tokens + t);
			for (String rows : new String[] { "a", "b" }) {
				code.line("%s%s%s = FloatVector.broadcast(F, %s);", hasTwoSums() ? "" : "FloatVector ", rows,
						Shape.id(t, g), hasTwoSums() ? even : even + " + " + odd);
			}
			if (hasTwoSums()) {
				for (String rows : new String[] { "c", "d" }) {
					code.line("FloatVector %s%s = FloatVector.broadcast(F, %s);", rows, Shape.id(t, g), odd);
				}
			}
		});
		for (int g = 0; g < this.shape.groups(); g++) {
			code.line("IntVector rv_%d = IntVector.zero(I);", g).line("IntVector rw_%d = IntVector.zero(I);", g);
		}
	}

	/** Of even and of odd columns: a single one would wait for itself. */
	private boolean hasTwoSums() {
		return this.format.isSixBits() && this.shape.tokens() == 1;
	}

	/** Begins a loop over four columns at a time. */
	private void columns(Code code, int columns) {
		code.line("for (int end = e + %d; e < end; e += %d) {", columns * this.shape.tokens(),
				4 * this.shape.tokens());
	}

	private void lines(Code code, Memory memory, boolean two) {
		for (String rows : two ? new String[] { "v", "w" } : new String[] { "v" }) {
			for (int g = 0; g < this.shape.groups(); g++) {
				code.inOrder();
				code.line("IntVector %s_%d = %s;", rows, g, memory.load("Int", "I", "o" + Shape.offset(g)));
			}
			code.line("o += line;");
		}
	}

	/** One column of all groups times all tokens. */
	private void products(Code code, int i, int from, BiFunction<Integer, Boolean, String> weight) {
		for (int t = 0; t < this.shape.tokens(); t++) {
			code.line("FloatVector x%d_%d = FloatVector.broadcast(F, x[e + %d]);", i, t,
					(from + i) * this.shape.tokens() + t);
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

	private void results(Code code, String prefix) {
		this.shape.each((t, g) -> code
			.line("ya%s = %sa%s.fma(sa_%d, ya%s);", Shape.id(t, g), prefix, Shape.id(t, g), g, Shape.id(t, g))
			.line("yb%s = %sb%s.fma(sb_%d, yb%s);", Shape.id(t, g), prefix, Shape.id(t, g), g, Shape.id(t, g)));
	}

	private String weight(int g, int i, boolean upper, int bits) {
		return this.format.isTable() ? Lookup.of("v_" + g, 4 * i + (upper ? 16 : 0), bits)
				: top((upper ? "w_" : "v_") + g, 8 * i);
	}

	/** The byte from a bit on, moved to the top of a fraction. */
	private static String top(String vector, int from) {
		return "%s.and(0x7f8000).or(0x3f800000).reinterpretAsFloats()".formatted(moved(vector, from - 15));
	}

	/** The field of an even or an odd column as a fraction. */
	private static String six(String vector, int column) {
		return vector + (((column & 1) == 0) ? ".and(0x3f00).or(0x44000000).reinterpretAsFloats()"
				: ".and(0xfc000).or(0x41000000).reinterpretAsFloats()");
	}

	private static String moved(String vector, int right) {
		return (right == 0) ? vector
				: "%s.lanewise(%s, %d)".formatted(vector, (right > 0) ? "LSHR" : "LSHL", Math.abs(right));
	}

}
