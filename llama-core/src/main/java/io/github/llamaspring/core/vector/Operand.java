package io.github.llamaspring.core.vector;

/**
 * A matrix of a projection.
 */
interface Operand extends AutoCloseable {

	/**
	 * Computes rows from {@code from}, a multiple of 64, to before {@code to}.
	 * @param values {@code [token][column]}
	 * @param panel the same for packed weights
	 * @param split how tokens are shared out where weights stay packed
	 * @param tiles whether weights are to be turned into floats first
	 * @param y {@code [token][row]}
	 */
	void multiply(float[] values, Panel panel, int count, Split split, boolean tiles, int from, int to, float[] y);

	/** Whether activations are rounded to whole numbers for it. */
	boolean integer();

	long memoryBytes();

	@Override
	void close();

}
