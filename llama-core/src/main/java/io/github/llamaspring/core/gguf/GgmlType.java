package io.github.llamaspring.core.gguf;

import java.util.Arrays;
import java.util.Optional;

/**
 * Tensor element types the engine reads, with their block geometry. Source: ggml-common.h
 * of llama.cpp.
 */
public enum GgmlType {

	F32(0, 1, 4), F16(1, 1, 2), Q4_0(2, 32, 18), Q4_1(3, 32, 20), Q5_0(6, 32, 22), Q5_1(7, 32, 24), Q8_0(8, 32, 34),
	Q2_K(10, 256, 84), Q3_K(11, 256, 110), Q4_K(12, 256, 144), Q5_K(13, 256, 176), Q6_K(14, 256, 210),
	IQ4_NL(20, 32, 18), IQ4_XS(23, 256, 136), BF16(30, 1, 2);

	private final int id;

	private final int blockElements;

	private final int blockBytes;

	GgmlType(int id, int blockElements, int blockBytes) {
		this.id = id;
		this.blockElements = blockElements;
		this.blockBytes = blockBytes;
	}

	/**
	 * The number of this type in a GGUF file.
	 */
	public int id() {
		return this.id;
	}

	/**
	 * Elements that share one block; a row's length is a multiple of it.
	 */
	public int blockElements() {
		return this.blockElements;
	}

	/**
	 * Bytes of one block.
	 */
	public int blockBytes() {
		return this.blockBytes;
	}

	/**
	 * Bytes of {@code elements} consecutive elements.
	 * @throws IllegalArgumentException if {@code elements} is not a whole number of
	 * blocks
	 * @throws ArithmeticException if the size does not fit a {@code long}
	 */
	public long bytes(long elements) {
		if (elements % this.blockElements != 0) {
			throw new IllegalArgumentException(
					elements + " elements are no whole number of " + this + " blocks of " + this.blockElements);
		}
		return Math.multiplyExact(elements / this.blockElements, (long) this.blockBytes);
	}

	/**
	 * The type with this number in a GGUF file, if the engine reads it.
	 */
	public static Optional<GgmlType> of(int id) {
		return Arrays.stream(values()).filter((type) -> type.id == id).findFirst();
	}

}
