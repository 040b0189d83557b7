package io.github.llamaspring.core.kernel;

/**
 * How the rows of one matrix are shared out: contiguous chunks, several per thread so
 * that a slow thread does not hold up the rest, none so small that taking it costs more
 * than doing it.
 */
record RowSplit(int rows, int rowsPerChunk) {

	private static final int CHUNKS_PER_THREAD = 8;

	private static final int MIN_ROWS = 32;

	/** Multiply-adds worth a chunk: a few microseconds. */
	private static final long MIN_WORK = 32_768;

	/** Chunks start on multiples of the rows that vector kernels take together. */
	private static final int GROUP = 16;

	static RowSplit of(int rows, int cols, int tokens, int threads) {
		if (threads == 1) {
			return new RowSplit(rows, Math.max(1, rows));
		}
		long workPerRow = Math.max(1, (long) cols * tokens);
		long rowsPerChunk = Math.max(MIN_ROWS, Math.ceilDiv(MIN_WORK, workPerRow));
		rowsPerChunk = Math.max(rowsPerChunk, Math.ceilDiv(rows, threads * CHUNKS_PER_THREAD));
		rowsPerChunk = Math.ceilDiv(rowsPerChunk, GROUP) * GROUP;
		return new RowSplit(rows, Math.toIntExact(Math.min(rowsPerChunk, Math.max(1, rows))));
	}

	int chunks() {
		return Math.ceilDiv(this.rows, this.rowsPerChunk);
	}

	int from(int chunk) {
		return chunk * this.rowsPerChunk;
	}

	int to(int chunk) {
		return Math.min(this.rows, from(chunk) + this.rowsPerChunk);
	}

}
