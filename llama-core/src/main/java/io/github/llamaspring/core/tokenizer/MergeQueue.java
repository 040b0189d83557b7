package io.github.llamaspring.core.tokenizer;

import java.util.Arrays;

/**
 * A binary heap of proposed merges: the smallest order first, then the leftmost. Grows as
 * needed; not thread-safe.
 */
final class MergeQueue {

	private long[] heap = new long[64];

	private int size;

	/**
	 * Proposes to merge the symbol at an index with the one after it.
	 */
	void add(int order, int left) {
		if (this.size == this.heap.length) {
			this.heap = Arrays.copyOf(this.heap, this.size * 2);
		}
		long key = ((long) order << 32) | left;
		int child = this.size++;
		while (child > 0) {
			int parent = (child - 1) >>> 1;
			if (this.heap[parent] <= key) {
				break;
			}
			this.heap[child] = this.heap[parent];
			child = parent;
		}
		this.heap[child] = key;
	}

	boolean isEmpty() {
		return this.size == 0;
	}

	/**
	 * Removes the first proposal: the order in the upper, the index in the lower 32 bits.
	 */
	long remove() {
		long first = this.heap[0];
		long last = this.heap[--this.size];
		int parent = 0;
		for (int child = 1; child < this.size; child = 2 * parent + 1) {
			if (child + 1 < this.size && this.heap[child + 1] < this.heap[child]) {
				child++;
			}
			if (last <= this.heap[child]) {
				break;
			}
			this.heap[parent] = this.heap[child];
			parent = child;
		}
		this.heap[parent] = last;
		return first;
	}

}
