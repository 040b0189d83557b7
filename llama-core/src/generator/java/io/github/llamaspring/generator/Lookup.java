package io.github.llamaspring.generator;

/**
 * Entries of the 16-entry IQ4 table by 4-bit fields of 32-bit lanes. The table is a
 * vector of 512 bits, two of 256 or four of 128.
 */
final class Lookup {

	private static final String[] TABLE = { "-127", "-104", "-83", "-65", "-49", "-35", "-22", "-10", "1", "13", "25",
			"38", "53", "69", "89", "113" };

	private Lookup() {
	}

	static void declare(Code code, int bits) {
		int lanes = bits / 32;
		code.line("/** Steps of the IQ4 types (ggml's kvalues_iq4nl) as the bits of floats. */");
		for (int i = 0; i < 16 / lanes; i++) {
			StringBuilder entries = new StringBuilder();
			for (int lane = 0; lane < lanes; lane++) {
				entries.append((lane == 0) ? "" : ", ").append(TABLE[i * lanes + lane]);
			}
			code.line("private static final IntVector T%d = FloatVector.fromArray(F, new float[] { %s }, 0)", i,
					entries)
				.line("	.reinterpretAsInts();");
		}
		code.line("");
	}

	static String of(String vector, int shift, int bits) {
		String v = (shift == 0) ? vector : "%s.lanewise(LSHR, %d)".formatted(vector, shift);
		String index = (shift == 28) ? v : v + ".and(15)";
		String entry = switch (bits) {
			case 512 -> index + ".selectFrom(T0)";
			case 256 -> index + ".selectFrom(T0, T1)";
			default -> "%s.selectFrom(T0, T1).blend(%s.selectFrom(T2, T3), %s.and(8).compare(NE, 0))"
				.formatted(v + ".and(7)", v + ".and(7)", v);
		};
		return entry + ".reinterpretAsFloats()";
	}

}
