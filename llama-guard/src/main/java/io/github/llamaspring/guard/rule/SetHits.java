package io.github.llamaspring.guard.rule;

import java.util.Arrays;
import java.util.List;

import io.github.llamaspring.guard.text.Deadline;
import io.github.llamaspring.guard.text.TokenView;

/**
 * Where the sets of a book occur in a view.
 */
final class SetHits {

	private static final int[] NONE = {};

	private final int size;

	/** Per word: pairs of set and length in words; null where there is none. */
	private final int[][] hits;

	private final boolean[] unfinished;

	private SetHits(int size) {
		this.size = size;
		this.hits = new int[size][];
		this.unfinished = new boolean[size];
	}

	/**
	 * @param size words that are known to be whole
	 */
	static SetHits of(RuleBook book, TokenView view, int size, Deadline deadline) {
		SetHits result = new SetHits(size);
		int[][] numbers = new int[size][];
		for (int i = 0; i < size; i++) {
			deadline.step();
			numbers[i] = book.words.lookup(view, i);
		}
		for (int i = 0; i < size; i++) {
			deadline.step();
			for (int number : numbers[i]) {
				List<RuleBook.Phrase> phrases = book.phrases.get(number);
				if (phrases != null) {
					result.collect(phrases, numbers, i);
				}
			}
		}
		return result;
	}

	private void collect(List<RuleBook.Phrase> phrases, int[][] numbers, int at) {
		for (RuleBook.Phrase phrase : phrases) {
			int length = phrase.words().length;
			int known = 1;
			while (known < length && at + known < this.size && contains(numbers[at + known], phrase.words()[known])) {
				known++;
			}
			if (known == length) {
				add(at, phrase.set(), length);
			}
			else if (at + known == this.size) {
				this.unfinished[at] = true;
			}
		}
	}

	private static boolean contains(int[] numbers, int number) {
		for (int n : numbers) {
			if (n == number) {
				return true;
			}
		}
		return false;
	}

	private void add(int at, int set, int length) {
		int[] old = (this.hits[at] != null) ? this.hits[at] : NONE;
		int[] list = Arrays.copyOf(old, old.length + 2);
		list[old.length] = set;
		list[old.length + 1] = length;
		this.hits[at] = list;
	}

	int size() {
		return this.size;
	}

	/**
	 * Pairs of set and length.
	 */
	int[] at(int token) {
		return (this.hits[token] != null) ? this.hits[token] : NONE;
	}

	/**
	 * Whether a phrase that starts here goes on behind the known words.
	 */
	boolean isUnfinished(int token) {
		return this.unfinished[token];
	}

	boolean has(int token, int set) {
		int[] pairs = at(token);
		for (int i = 0; i < pairs.length; i += 2) {
			if (pairs[i] == set) {
				return true;
			}
		}
		return false;
	}

}
