package io.github.llamaspring.core.tokenizer;

import java.util.Arrays;

/**
 * Pieces in the order of their bytes, so that those that begin alike are neighbours: a
 * range of them, narrowed byte by byte, is as good as a trie and takes 4 bytes a piece.
 * Pieces that are empty or hold a zero byte are left out. Immutable and thread-safe.
 */
final class PieceIndex {

	/** No piece. */
	static final long NONE = 0;

	private final byte[] bytes;

	private final int[] offsets;

	/** Ids by their bytes; of equal ones the lowest first. */
	private final int[] sorted;

	/** Where those that begin with a byte start in {@link #sorted}. */
	private final int[] firstBytes = new int[257];

	/**
	 * Sorts pieces.
	 * @param bytes their UTF-8, one behind the other
	 * @param offsets where each begins, ascending and within the bytes, and the end of
	 * the last one
	 * @param ids those that count
	 */
	PieceIndex(byte[] bytes, int[] offsets, int[] ids) {
		this.bytes = bytes;
		this.offsets = offsets;
		this.sorted = Arrays.stream(ids).filter(this::isPlain).toArray();
		sort(0, this.sorted.length, 0);
		for (int id : this.sorted) {
			this.firstBytes[(bytes[offsets[id]] & 0xff) + 1]++;
		}
		Arrays.parallelPrefix(this.firstBytes, Integer::sum);
	}

	private boolean isPlain(int id) {
		for (int i = this.offsets[id]; i < this.offsets[id + 1]; i++) {
			if (this.bytes[i] == 0) {
				return false;
			}
		}
		return this.offsets[id] < this.offsets[id + 1];
	}

	/**
	 * Sorts a range that is alike up to a place: by as many of the next bytes as fit into
	 * a long above the id, then each run that these do not tell apart.
	 */
	private void sort(int from, int to, int place) {
		int idBits = Integer.SIZE - Integer.numberOfLeadingZeros(this.offsets.length);
		int digits = (Long.SIZE - 1 - idBits) / Byte.SIZE;
		long[] keys = new long[to - from];
		for (int i = from; i < to; i++) {
			keys[i - from] = digits(this.sorted[i], place, digits) << idBits | this.sorted[i];
		}
		Arrays.sort(keys);
		for (int i = from; i < to; i++) {
			this.sorted[i] = (int) (keys[i - from] & (1L << idBits) - 1);
		}
		for (int start = from, end; start < to; start = end) {
			long digit = keys[start - from] >>> idBits;
			end = start + 1;
			while (end < to && keys[end - from] >>> idBits == digit) {
				end++;
			}
			if (end - start > 1 && (digit & 0xff) != 0) {
				sort(start, end, place + digits);
			}
		}
	}

	private long digits(int id, int place, int count) {
		long value = 0;
		for (int i = 0; i < count; i++) {
			int at = this.offsets[id] + place + i;
			value = value << Byte.SIZE | ((at < this.offsets[id + 1]) ? this.bytes[at] & 0xff : 0);
		}
		return value;
	}

	/**
	 * Those that begin with a byte: the first in the upper half, the end in the lower.
	 */
	long first(byte value) {
		return range(this.firstBytes[value & 0xff], this.firstBytes[(value & 0xff) + 1]);
	}

	/**
	 * Of pieces that are alike up to a place, those that have a byte there.
	 */
	long narrow(long range, int place, byte value) {
		int low = lowest((int) (range >>> 32), (int) range, place, value & 0xff);
		return range(low, lowest(low, (int) range, place, (value & 0xff) + 1));
	}

	private static long range(int low, int high) {
		return (low < high) ? (long) low << 32 | high : NONE;
	}

	/** The first whose byte at a place is not below a value; missing ones are below. */
	private int lowest(int from, int to, int place, int value) {
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
