package io.github.llamaspring.generator;

/**
 * Scales of 32 weights of each row as float vectors: {@code sa} for rows below 16,
 * {@code sb} for the others, {@code ma} and {@code mb} for minima; followed by the half
 * (0 or 1) where the halves differ.
 */
final class Scaling {

	private Scaling() {
	}

	/**
	 * The loop over blocks of 32; over those of 256 around it, whose scale factors are
	 * {@code da}, {@code db} and for minima {@code na}, {@code nb}.
	 */
	static void blocks(Code code, Memory memory, Format format, int groups, Runnable block) {
		blocks(code, memory, format, groups, null, block);
	}

	/**
	 * @param unit a vector that scale factors of 256 are multiplied with, or null
	 */
	static void blocks(Code code, Memory memory, Format format, int groups, String unit, Runnable block) {
		boolean superBlock = format.scales().ofSuperBlock();
		if (superBlock) {
			code.line("for (int s = 0; s < blocks; s += 8) {");
			factors(code, memory, "d", groups);
			for (int g = 0; unit != null && g < groups; g++) {
				code.line("da_%d = da_%d.mul(%s);", g, g, unit).line("db_%d = db_%d.mul(%s);", g, g, unit);
			}
			if (format.scales().hasMinimum()) {
				factors(code, memory, "n", groups);
			}
		}
		code.line("for (int i = 0; i < %s; i++) {", superBlock ? "8" : "blocks");
		block.run();
		code.line("}");
		if (superBlock) {
			code.line("}");
		}
	}

	private static void factors(Code code, Memory memory, String name, int groups) {
		for (int g = 0; g < groups; g++) {
			half(code, memory, name, g, Shape.offset(g));
		}
		code.line("o += line;");
	}

	static void emit(Code code, Memory memory, Format format, int g, String offset) {
		switch (format.scales()) {
			case HALF -> half(code, memory, "s", g, offset);
			case HALF_AND_MINIMUM -> {
				half(code, memory, "s", g, offset);
				half(code, memory, "m", g, offset + " + line");
			}
			case BYTES -> {
				bytes(code, memory, g, offset);
				code.line("FloatVector sa_%d = %s.mul(da_%d);", g, signed(g, 0), g);
				code.line("FloatVector sb_%d = %s.mul(db_%d);", g, signed(g, 8), g);
			}
			case BYTES_AND_MINIMUM -> {
				bytes(code, memory, g, offset);
				code.line("FloatVector sa_%d = %s.mul(da_%d);", g, field(g, 0, 8), g);
				code.line("FloatVector sb_%d = %s.mul(db_%d);", g, field(g, 16, 8), g);
				code.line("FloatVector ma_%d = %s.mul(na_%d);", g, field(g, 8, 8), g);
				code.line("FloatVector mb_%d = %s.mul(nb_%d);", g, field(g, 24, 8), g);
			}
			case BYTES_OF_16 -> {
				bytes(code, memory, g, offset);
				for (int h = 0; h < 2; h++) {
					code.line("FloatVector sa%d_%d = %s.mul(da_%d);", h, g, signed(g, 16 * h), g);
					code.line("FloatVector sb%d_%d = %s.mul(db_%d);", h, g, signed(g, 16 * h + 8), g);
				}
			}
			case NIBBLES_OF_16 -> {
				bytes(code, memory, g, offset);
				for (int h = 0; h < 2; h++) {
					code.line("FloatVector sa%d_%d = %s.mul(da_%d);", h, g, field(g, 16 * h, 4), g);
					code.line("FloatVector sb%d_%d = %s.mul(db_%d);", h, g, field(g, 16 * h + 8, 4), g);
					code.line("FloatVector ma%d_%d = %s.mul(na_%d);", h, g, field(g, 16 * h + 4, 4), g);
					code.line("FloatVector mb%d_%d = %s.mul(nb_%d);", h, g, field(g, 16 * h + 12, 4), g);
				}
			}
		}
	}

	/**
	 * Scales of 16 weights of each row from the low half of {@code q}, without a number
	 * behind their names; the other half takes its place.
	 */
	static void ofHalf(Code code, Format format, int g) {
		if (format.scales() == Format.Scales.BYTES_OF_16) {
			code.line("FloatVector sa_%d = %s.mul(da_%d);", g, signed(g, 0), g);
			code.line("FloatVector sb_%d = %s.mul(db_%d);", g, signed(g, 8), g);
		}
		else {
			code.line("FloatVector sa_%d = %s.mul(da_%d);", g, field(g, 0, 4), g);
			code.line("FloatVector sb_%d = %s.mul(db_%d);", g, field(g, 8, 4), g);
			code.line("FloatVector ma_%d = %s.mul(na_%d);", g, field(g, 4, 4), g);
			code.line("FloatVector mb_%d = %s.mul(nb_%d);", g, field(g, 12, 4), g);
		}
		code.line("q_%d = q_%d.lanewise(LSHR, 16);", g, g);
	}

	/**
	 * A line of half floats: exponent and fraction move to where a float's are, which
	 * makes them 2^112 times too small; the activations' scales make up for it.
	 */
	private static void half(Code code, Memory memory, String name, int g, String offset) {
		code.inOrder();
		code.line("IntVector %sw_%d = %s;", name, g, memory.load("Int", "I", "o" + offset));
		code.line(
				"FloatVector %sa_%d = %sw_%d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(0x8fffe000).reinterpretAsFloats();",
				name, g, name, g);
		code.line("FloatVector %sb_%d = %sw_%d.lanewise(ASHR, 3).and(0x8fffe000).reinterpretAsFloats();", name, g, name,
				g);
	}

	/** A line of whole scales, not yet taken apart. */
	static void bytes(Code code, Memory memory, int g, String offset) {
		code.inOrder();
		code.line("IntVector q_%d = %s;", g, memory.load("Int", "I", "o" + offset));
	}

	private static String field(int g, int shift, int bits) {
		String q = "q_" + g + ((shift == 0) ? "" : ".lanewise(LSHR, %d)".formatted(shift));
		String field = (shift + bits == 32) ? q : "%s.and(%d)".formatted(q, (1 << bits) - 1);
		return "((FloatVector) %s.convert(I2F, 0))".formatted(field);
	}

	private static String signed(int g, int shift) {
		String q = "q_" + g + ((shift == 24) ? "" : ".lanewise(LSHL, %d)".formatted(24 - shift));
		return "((FloatVector) %s.lanewise(ASHR, 24).convert(I2F, 0))".formatted(q);
	}

}
