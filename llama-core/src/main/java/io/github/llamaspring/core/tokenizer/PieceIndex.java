package io.github.llamaspring.core.tokenizer;

import java.util.stream.IntStream;

import io.github.llamaspring.core.error.GgufFormatException;

/**
 * Pieces in the order of their bytes, so that those that begin alike are neighbours: a
 * range of them, narrowed byte by byte, is as good as a trie and takes 4 bytes a piece.
 */
final class PieceIndex {

	/** No piece. */
	static final long NONE = 0;

	private final byte[] bytes;

	private final int[] offsets;

	/** Ids by their bytes; of equal ones the lowest first. */
	private final int[] sorted;

	PieceIndex(byte[] bytes, int[] offsets) {
		for (int i = 1; i < offsets.length; i++) {
			if (offsets[i - 1] < 0 || offsets[i] < offsets[i - 1] || offsets[i] > bytes.length) {
				throw new GgufFormatException("piece %d of the vocabulary lies from byte %d to %d of %d"
					.formatted(i - 1, offsets[i - 1], offsets[i], bytes.length));
			}
		}
		this.bytes = bytes.clone();
		this.offsets = offsets.clone();
		this.sorted = IntStream.range(0, offsets.length - 1)
			.boxed()
			.sorted(this::compare)
			.mapToInt(Integer::intValue)
			.toArray();
	}

	private int compare(int a, int b) {
		int order = java.util.Arrays.compareUnsigned(this.bytes, this.offsets[a], this.offsets[a + 1], this.bytes,
				this.offsets[b], this.offsets[b + 1]);
		return (order != 0) ? order : Integer.compare(a, b);
	}

	/** All of them: the first in the upper half, the end in the lower one. */
	long all() {
		return this.sorted.length;
	}

	/**
	 * Of pieces that are alike up to a place, those that have a byte there.
	 */
	long narrow(long range, int place, byte value) {
		int low = first((int) (range >>> 32), (int) range, place, value & 0xff);
		int high = first(low, (int) range, place, (value & 0xff) + 1);
		return (low < high) ? (long) low << 32 | high : NONE;
	}

	/** The first whose byte at a place is not below a value; missing ones are below. */
	private int first(int from, int to, int place, int value) {
		int low = from;
		int high = to;
		while (low < high) {
			int middle = (low + high) >>> 1;
			int id = this.sorted[middle];
			int at = this.offsets[id] + place;
			if (at >= this.offsets[id + 1] || (this.bytes[at] & 0xff) < value) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

	/** The id of the piece in a range that has this length, or -1. */
	int exact(long range, int length) {
		int id = this.sorted[(int) (range >>> 32)];
		return (this.offsets[id + 1] - this.offsets[id] == length) ? id : -1;
	}

}
