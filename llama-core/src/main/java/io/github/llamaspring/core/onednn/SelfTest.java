package io.github.llamaspring.core.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/**
 * A small product whose result is known: are layout and arithmetic what we think?
 */
final class SelfTest {

	private static final int TOKENS = 16;

	private static final int ROWS = 128;

	private static final int COLUMNS = 96;

	/** Small whole numbers are exact in bfloat16, and so are their sums in floats. */
	private static final int BOUND = 64;

	private SelfTest() {
	}

	/**
	 * Multiplies once.
	 * @throws OneDnnException if the result is wrong
	 */
	static void run(TileProducts products) {
		Random random = new Random(1);
		int[] x = random.ints((long) TOKENS * COLUMNS, -BOUND, BOUND).toArray();
		int[] w = random.ints((long) ROWS * COLUMNS, -BOUND, BOUND).toArray();
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment source = arena.allocate(ValueLayout.JAVA_SHORT, x.length);
			MemorySegment y = arena.allocate(ValueLayout.JAVA_FLOAT, (long) TOKENS * ROWS);
			TileProduct product = products.get(TOKENS, ROWS, COLUMNS, ROWS);
			MemorySegment tile = products.tile(0);
			for (int i = 0; i < x.length; i++) {
				source.setAtIndex(ValueLayout.JAVA_SHORT, i, Bf16.fromFloat(x[i]));
			}
			for (int i = 0; i < w.length; i++) {
				tile.set(ValueLayout.JAVA_SHORT, WeightTile.offset(i / COLUMNS, i % COLUMNS, COLUMNS),
						Bf16.fromFloat(w[i]));
			}
			products.multiply(product, 0, source, y);
			for (int i = 0; i < TOKENS * ROWS; i++) {
				check(dot(x, i / ROWS, w, i % ROWS), y.getAtIndex(ValueLayout.JAVA_FLOAT, i));
			}
		}
	}

	private static int dot(int[] x, int token, int[] w, int row) {
		int sum = 0;
		for (int k = 0; k < COLUMNS; k++) {
			sum += x[token * COLUMNS + k] * w[row * COLUMNS + k];
		}
		return sum;
	}

	private static void check(int expected, float actual) {
		if (actual != expected) {
			throw new OneDnnException("its self-test gives " + actual + " where " + expected + " is right");
		}
	}

}
