package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;

/**
 * A weight matrix in groups of 32 rows, lines of {@code interleave} groups alternating.
 * Rows that fill up the last group are zero.
 *
 * @param format its format
 * @param rows output width
 * @param cols input width
 * @param interleave groups that share one ascending stream
 * @param factor of all weights
 * @param data the memory
 * @param start offset of its first byte as kernels want it
 */
record PackedMatrix(PackedFormat format, int rows, int cols, int interleave, float factor, MemorySegment data,
		long start) {

	static final int GROUP = 32;

	static final int LINE = 64;

	static long bytes(PackedFormat format, int rows, int cols, int interleave) {
		long groups = Math.ceilDiv(rows, GROUP * interleave) * (long) interleave;
		return groups * groupBytes(format, cols);
	}

	static long groupBytes(PackedFormat format, int cols) {
		return (long) cols / format.blockElements() * format.lines() * LINE;
	}

	int groups() {
		return Math.ceilDiv(this.rows, GROUP);
	}

	int blocks() {
		return this.cols / 32;
	}

	/** Bytes from a line of a group to its next. */
	long line() {
		return (long) LINE * this.interleave;
	}

	/** Bytes from a group's line to the same line of the next group. */
	long groupStep() {
		return (this.interleave > 1) ? LINE : groupBytes(this.format, this.cols);
	}

	/** Where a group's first line is. */
	long offset(int group) {
		int within = group % this.interleave;
		return this.start + (group - within) * groupBytes(this.format, this.cols) + (long) within * LINE;
	}

	/** Bytes from a group's line to the same column of {@code columns} further. */
	long columnStep(int columns) {
		return (long) columns / this.format.blockElements() * this.format.lines() * line();
	}

}
