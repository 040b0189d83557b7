package io.github.llamaspring.core.onednn;

/**
 * How weights lie in a tile: bfloat16, in blocks of {@value #COLUMN_BLOCK} columns by
 * {@value #ROW_BLOCK} rows, of which each holds its columns in pairs, and each pair of
 * columns for all rows of the block (oneDNN calls it {@code BA16a64b2a} of the transposed
 * matrix). So the pair w[r, k], w[r, k + 1] for even k is one little-endian int, w[r, k]
 * its lower half; 16 adjacent rows are 64 adjacent bytes.
 * <p>
 * The next row is {@code 4} bytes on within a block of rows, the next pair of columns
 * {@value #PAIR_STRIDE}, the next block of rows {@code columns * 128}.
 */
public final class WeightTile {

	/** Rows of a tile are a multiple of this. */
	public static final int ROW_BLOCK = 64;

	/** Columns of a tile are a multiple of this. */
	public static final int COLUMN_BLOCK = 32;

	/** Bytes from one pair of columns to the next. */
	public static final int PAIR_STRIDE = 2 * Short.BYTES * ROW_BLOCK;

	/** The same, as the library names it. */
	static final String FORMAT = "BA16a64b2a";

	private WeightTile() {
	}

	/**
	 * The byte where weight w[row, column] of a tile begins.
	 * @param row from 0
	 * @param column from 0
	 * @param columns how many the tile has
	 */
	public static long offset(int row, int column, int columns) {
		long block = (long) (row / ROW_BLOCK) * ROW_BLOCK * columns * Short.BYTES;
		long pair = (long) (column / 2) * PAIR_STRIDE;
		return block + pair + (row % ROW_BLOCK) * 2L * Short.BYTES + (column & 1) * Short.BYTES;
	}

	/** Bytes of a tile. */
	static long bytes(int rows, int columns) {
		return (long) rows * columns * Short.BYTES;
	}

}
