package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

import io.github.llamaspring.core.gguf.GgmlType;

/**
 * A matrix as a GGUF file holds it: rows one after another, each a whole number of
 * blocks.
 *
 * @param type how elements are stored
 * @param data exactly the matrix's bytes, off-heap, with no alignment promised
 * @param rows output width
 * @param cols input width
 */
public record WeightMatrix(GgmlType type, MemorySegment data, int rows, int cols) {

	public WeightMatrix {
		if (data.byteSize() != type.bytes((long) rows * cols) || cols % type.blockElements() != 0) {
			throw new IllegalArgumentException("no " + rows + " x " + cols + " matrix of " + type);
		}
	}

	/**
	 * Bytes of one row.
	 */
	public long rowBytes() {
		return this.type.bytes(this.cols);
	}

}
