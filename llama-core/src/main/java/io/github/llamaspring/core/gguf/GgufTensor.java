package io.github.llamaspring.core.gguf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor of a GGUF file.
 *
 * @param name such as {@code blk.0.attn_q.weight}
 * @param type how its elements are stored
 * @param shape lengths, the fastest-running dimension first (the reverse of NumPy's
 * order)
 * @param data exactly the tensor's bytes, mapped from the file
 */
public record GgufTensor(String name, GgmlType type, long[] shape, MemorySegment data) {

	/**
	 * Number of elements.
	 */
	public long elements() {
		return Arrays.stream(this.shape).reduce(1, Math::multiplyExact);
	}

	@Override
	public String toString() {
		return this.name + " " + this.type + Arrays.toString(this.shape);
	}

}
