package io.github.llamaspring.core.vector;

import io.github.llamaspring.core.kernel.WeightMatrix;

/**
 * Floats of 32 or 16 bits, where the file has them.
 *
 * @param weights the matrix
 */
record PlainOperand(WeightMatrix weights) implements Operand {

	@Override
	public void multiply(float[] values, Panel panel, int count, Split split, boolean tiles, int from, int to,
			float[] y) {
		VectorMatmul.rows(this.weights, from, to, values, count, y);
	}

	@Override
	public boolean integer() {
		return false;
	}

	@Override
	public long memoryBytes() {
		return 0;
	}

	@Override
	public void close() {
	}

}
