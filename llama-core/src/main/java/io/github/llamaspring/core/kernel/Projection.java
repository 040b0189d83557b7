package io.github.llamaspring.core.kernel;

import java.util.List;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * One step of a network: weight matrices that share an input, bound at load to the arrays
 * they read and write. {@link #run} allocates nothing. Used by one thread at a time, the
 * owner of the pool.
 */
public interface Projection extends AutoCloseable {

	/**
	 * Computes {@code count} entries of the input from entry {@code first} on; their
	 * results are entries 0 to {@code count - 1} of the outputs.
	 * @param cancelled asked now and then by any thread
	 * @return false if it was cancelled; the outputs are then meaningless
	 */
	boolean run(int first, int count, BooleanSupplier cancelled);

	/**
	 * Bytes of memory that hold the weights beside the file's mapping.
	 */
	long memoryBytes();

	/** Gives the memory back. */
	@Override
	void close();

	/**
	 * What becomes of the products.
	 */
	enum Result {

		/** Each matrix's go to its own output. */
		STORE,

		/** The one matrix's are added to the output. */
		ADD,

		/**
		 * The first matrix's go through silu(x) = x / (1 + exp(-x)), are multiplied with
		 * the second's, and go to the first output; the second holds what is meaningless.
		 */
		GATE

	}

	/**
	 * A step to be made.
	 *
	 * @param matrices the weights, of equal {@code cols}; equal {@code rows} too for
	 * {@link Result#GATE}
	 * @param input {@code [entry][cols]}
	 * @param norm weights of the RMS norm that the input goes through, or null
	 * @param epsilon of the norm
	 * @param capacity entries of one run at most
	 * @param result what becomes of the products
	 * @param outputs {@code [entry][rows]} for each matrix
	 */
	record Plan(List<WeightMatrix> matrices, float[] input, float @Nullable [] norm, float epsilon, int capacity,
			Result result, List<float[]> outputs) {

		public Plan {
			int cols = matrices.getFirst().cols();
			for (int i = 0; i < matrices.size(); i++) {
				WeightMatrix w = matrices.get(i);
				if (w.cols() != cols || (result == Result.GATE && w.rows() != matrices.getFirst().rows())
						|| (long) capacity * cols > input.length
						|| (long) capacity * w.rows() > outputs.get(i).length) {
					throw new IllegalArgumentException("a " + w.rows() + " x " + w.cols() + " matrix for " + capacity
							+ " entries does not fit an input of " + input.length + " and an output of "
							+ outputs.get(i).length);
				}
			}
		}

		/** Width of the input. */
		public int cols() {
			return this.matrices.getFirst().cols();
		}

	}

}
