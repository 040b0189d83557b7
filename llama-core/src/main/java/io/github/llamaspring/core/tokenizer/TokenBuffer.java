package io.github.llamaspring.core.tokenizer;

import java.util.Arrays;

/**
 * A growing array of token ids.
 */
final class TokenBuffer {

	private int[] values;

	private int size;

	TokenBuffer(int capacity) {
		this.values = new int[Math.max(16, capacity)];
	}

	void add(int value) {
		if (this.size == this.values.length) {
			this.values = Arrays.copyOf(this.values, this.size * 2);
		}
		this.values[this.size++] = value;
	}

	int[] toArray() {
		return Arrays.copyOf(this.values, this.size);
	}

}
