package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Turns stored weights of one type into floats.
 */
@FunctionalInterface
public interface BlockDecoder {

	/**
	 * Decodes {@code n} elements, a whole number of blocks.
	 * @param data off-heap, little-endian
	 * @param offset where the first block begins, in bytes
	 */
	void decode(MemorySegment data, long offset, float[] out, int outOffset, int n);

}
