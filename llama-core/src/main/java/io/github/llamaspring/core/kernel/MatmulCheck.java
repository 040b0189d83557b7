package io.github.llamaspring.core.kernel;

/**
 * Refuses arrays that do not fit before any thread starts.
 */
final class MatmulCheck {

	private MatmulCheck() {
	}

	static void sizes(WeightMatrix w, float[] x, int tokens, float[] y) {
		if (tokens < 0 || (long) tokens * w.cols() > x.length || (long) tokens * w.rows() > y.length) {
			throw new IllegalArgumentException("a " + w.rows() + " x " + w.cols() + " matrix times " + tokens
					+ " tokens does not fit an input of " + x.length + " and an output of " + y.length);
		}
	}

}
