package io.github.llamaspring.generator;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a weight format is packed: 32 rows lie side by side, one 64-byte line after
 * another. A line of weights has one 16-bit lane a row, filled with fields of 4, 2 or 1
 * bits that follow each other down the row; row {@code j} below 16 is lane {@code 2j},
 * row {@code 16 + j} lane {@code 2j + 1}. Of 32 weights a row, each half of 16 has first
 * its low planes, then its high ones; behind both follow the lines of scales. A block of
 * 256 begins with the lines of its own scale factors.
 *
 * <p>
 * Weights of 6 or 8 bits stay whole, in 32-bit lanes, a line for rows below 16 and one for
 * the others. Bytes follow each other. Of 16 weights of 6 bits three such lanes hold four
 * each in their upper 24 bits, and their lower bytes together the last four.
 *
 * @param name as GGUF has it
 * @param low bits of the low plane: 4 or 2; of whole weights 6 or 8
 * @param high bits of the high plane: 2, 1 or 0
 * @param zero what is subtracted from the unsigned number that low and high planes form
 * @param scales how its scales lie
 */
record Format(String name, int low, int high, int zero, Scales scales) {

	static final Format[] INTEGER = { new Format("Q4_0", 4, 0, 8, Scales.HALF),
			new Format("Q4_1", 4, 0, 0, Scales.HALF_AND_MINIMUM), new Format("Q5_0", 4, 1, 16, Scales.HALF),
			new Format("Q5_1", 4, 1, 0, Scales.HALF_AND_MINIMUM), new Format("Q2_K", 2, 0, 0, Scales.NIBBLES_OF_16),
			new Format("Q3_K", 2, 1, 4, Scales.BYTES_OF_16), new Format("Q4_K", 4, 0, 0, Scales.BYTES_AND_MINIMUM),
			new Format("Q5_K", 4, 1, 0, Scales.BYTES_AND_MINIMUM) };

	/** Their numbers are too large for sums in 16 bits, or no even steps. */
	static final Format[] FLOAT = { new Format("Q6_K", 6, 0, 32, Scales.BYTES_OF_16),
			new Format("Q8_0", 8, 0, 128, Scales.HALF), new Format("IQ4_NL", 4, 0, 0, Scales.HALF),
			new Format("IQ4_XS", 4, 0, 0, Scales.BYTES) };

	/**
	 * How scales are stored and what they apply to.
	 */
	enum Scales {

		/** One line of half floats for 32 weights. */
		HALF,

		/** A line of half floats for 32 weights, and one of minima. */
		HALF_AND_MINIMUM,

		/**
		 * For 256 weights a line of half floats; for each 32 a line with the signed bytes
		 * of row j and of row 16 + j in 32-bit lane j.
		 */
		BYTES,

		/**
		 * For 256 weights a line of half floats and one of negated minima; for each 32 a
		 * line with the bytes scale, minimum of row j, then scale, minimum of row 16 + j
		 * in 32-bit lane j.
		 */
		BYTES_AND_MINIMUM,

		/**
		 * For 256 weights a line of half floats; for each 32 a line with the signed bytes
		 * first half of row j, of row 16 + j, second half of row j, of row 16 + j in
		 * 32-bit lane j.
		 */
		BYTES_OF_16,

		/**
		 * For 256 weights a line of half floats and one of negated minima; for each 32 a
		 * line ordered as above, each byte a scale (low nibble) and a minimum.
		 */
		NIBBLES_OF_16;

		boolean ofSuperBlock() {
			return this != HALF && this != HALF_AND_MINIMUM;
		}

		boolean hasMinimum() {
			return this == HALF_AND_MINIMUM || this == BYTES_AND_MINIMUM || this == NIBBLES_OF_16;
		}

		boolean perHalf() {
			return this == BYTES_OF_16 || this == NIBBLES_OF_16;
		}

	}

	static List<Format> all() {
		return Stream.of(INTEGER, FLOAT).flatMap(Arrays::stream).toList();
	}

	/** Whether activations are rounded to whole numbers for it. */
	boolean isInteger() {
		return List.of(INTEGER).contains(this);
	}

	/** Lines that hold 32 weights of each of 32 rows, without scales. */
	int linesOf32() {
		return 2 * this.low + 2 * this.high;
	}

	/** Whether weights stay whole in 6 bits. */
	boolean isSixBits() {
		return this.low == 6;
	}

	/** Whether a number stands for an entry of the table of the IQ4 types. */
	boolean isTable() {
		return this.name.startsWith("IQ4");
	}

	String id() {
		return this.name.toLowerCase();
	}

	/**
	 * What is left to add, per unit of activation, to the sum of the low plane: its
	 * fields of 4 bits count from -8.
	 */
	int rest() {
		return ((this.low == 4) ? 8 : 0) - this.zero;
	}

}
