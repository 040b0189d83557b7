package io.github.llamaspring.guard.rule;

import java.util.Arrays;

/**
 * A trie over UTF-16 units with all edges in one open-addressing table.
 */
final class CharTrie {

	private long[] keys = new long[1024];

	private int[] targets = new int[1024];

	private int edges;

	private int nodes = 1;

	CharTrie() {
		Arrays.fill(this.keys, -1);
	}

	int nodes() {
		return this.nodes;
	}

	/**
	 * The node behind {@code c}, or -1.
	 */
	int next(int node, char c) {
		long key = ((long) node << 16) | c;
		int slot = slot(key, this.keys.length);
		while (this.keys[slot] != -1) {
			if (this.keys[slot] == key) {
				return this.targets[slot];
			}
			slot = (slot + 1) & (this.keys.length - 1);
		}
		return -1;
	}

	int add(CharSequence word) {
		int node = 0;
		for (int i = 0; i < word.length(); i++) {
			int next = next(node, word.charAt(i));
			node = (next >= 0) ? next : insert(node, word.charAt(i));
		}
		return node;
	}

	private int insert(int node, char c) {
		if (2 * ++this.edges > this.keys.length) {
			grow();
		}
		int target = this.nodes++;
		put(((long) node << 16) | c, target);
		return target;
	}

	private void put(long key, int target) {
		int slot = slot(key, this.keys.length);
		while (this.keys[slot] != -1) {
			slot = (slot + 1) & (this.keys.length - 1);
		}
		this.keys[slot] = key;
		this.targets[slot] = target;
	}

	private void grow() {
		long[] oldKeys = this.keys;
		int[] oldTargets = this.targets;
		this.keys = new long[oldKeys.length * 2];
		this.targets = new int[oldKeys.length * 2];
		Arrays.fill(this.keys, -1);
		for (int i = 0; i < oldKeys.length; i++) {
			if (oldKeys[i] != -1) {
				put(oldKeys[i], oldTargets[i]);
			}
		}
	}

	private static int slot(long key, int capacity) {
		long h = key * 0x9E3779B97F4A7C15L;
		return (int) (h >>> 40) & (capacity - 1);
	}

}
