package io.github.llamaspring.core.tokenizer;

import java.util.Arrays;
import java.util.List;

/**
 * The merges of a byte-level BPE vocabulary: pair of tokens to rank and result. An open
 * hash table of longs, because it is asked for every pair of neighbours in a text.
 */
final class MergeTable {

	private static final long EMPTY = -1;

	private static final long SPREAD = 0x9e3779b97f4a7c15L;

	private final long[] pairs;

	private final int[] ranks;

	private final int[] results;

	private final int shift;

	private MergeTable(int merges) {
		int bits = 33 - Integer.numberOfLeadingZeros(Math.max(merges, 8));
		this.pairs = new long[1 << bits];
		Arrays.fill(this.pairs, EMPTY);
		this.ranks = new int[this.pairs.length];
		this.results = new int[merges];
		this.shift = 64 - bits;
	}

	static MergeTable of(Vocabulary vocabulary) {
		List<String> merges = vocabulary.merges();
		MergeTable table = new MergeTable(merges.size());
		for (int rank = 0; rank < merges.size(); rank++) {
			String merge = merges.get(rank);
			// A part may itself begin with a space in some vocabularies, so not at 0.
			int space = merge.indexOf(' ', 1);
			if (space < 0 || space == merge.length() - 1) {
				throw vocabulary.failure("merges", "has no pair of pieces in entry %d", rank);
			}
			int left = vocabulary.textId(merge.substring(0, space));
			int right = vocabulary.textId(merge.substring(space + 1));
			int result = vocabulary.textId(merge.substring(0, space) + merge.substring(space + 1));
			// A merge that is no piece could never be output; one of a control token must
			// not.
			if (left >= 0 && right >= 0 && result >= 0) {
				table.put(left, right, rank, result);
			}
		}
		return table;
	}

	private void put(int left, int right, int rank, int result) {
		int slot = slot(pair(left, right));
		if (this.pairs[slot] == EMPTY) {
			this.pairs[slot] = pair(left, right);
			this.ranks[slot] = rank;
			this.results[rank] = result;
		}
	}

	/**
	 * The rank of the merge of two tokens, or -1.
	 */
	int rank(int left, int right) {
		int slot = slot(pair(left, right));
		return (this.pairs[slot] == EMPTY) ? -1 : this.ranks[slot];
	}

	int result(int rank) {
		return this.results[rank];
	}

	private int slot(long pair) {
		int slot = (int) ((pair * SPREAD) >>> this.shift);
		while (this.pairs[slot] != EMPTY && this.pairs[slot] != pair) {
			slot = (slot + 1) & (this.pairs.length - 1);
		}
		return slot;
	}

	private static long pair(int left, int right) {
		return ((long) left << 32) | right;
	}

}
