package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The dot product of stored weights of one type and activations, without storing the
 * decoded weights in between.
 */
@FunctionalInterface
interface RowDot {

	/**
	 * The dot product of {@code n} elements, a whole number of blocks.
	 * @param data off-heap, little-endian
	 * @param offset where the first block begins, in bytes
	 */
	float dot(MemorySegment data, long offset, float[] x, int xOffset, int n);

}
