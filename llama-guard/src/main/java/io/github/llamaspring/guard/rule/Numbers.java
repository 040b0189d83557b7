package io.github.llamaspring.guard.rule;

import java.util.Arrays;

/**
 * A list of numbers that is used again.
 */
final class Numbers {

	private int[] values = new int[256];

	private int size;

	int size() {
		return this.size;
	}

	int get(int index) {
		return this.values[index];
	}

	void clear() {
		this.size = 0;
	}

	void add(int value) {
		if (this.size == this.values.length) {
			this.values = Arrays.copyOf(this.values, 2 * this.size);
		}
		this.values[this.size++] = value;
	}

	void addAll(int[] more) {
		for (int value : more) {
			add(value);
		}
	}

}
