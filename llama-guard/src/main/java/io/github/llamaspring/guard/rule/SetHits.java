package io.github.llamaspring.guard.rule;

import java.util.Arrays;

import io.github.llamaspring.guard.text.Deadline;
import io.github.llamaspring.guard.text.Pool;
import io.github.llamaspring.guard.text.TokenView;

/**
 * Where the sets of a book occur in a view: hits, those of one word behind those of the
 * word before. Belongs to one scan; what it is written into is used again.
 */
final class SetHits {

	private static final Pool<SetHits> POOL = new Pool<>(SetHits::new);

	/** Those of longer texts are not kept. */
	private static final int MOST_WORDS = 1 << 13;

	private int size;

	/** Of the patterns that the words match. */
	private final Numbers numbers = new Numbers();

	/** Pairs of set and length in words. */
	private final Numbers pairs = new Numbers();

	/** Ends of the words' parts of {@link #numbers} and {@link #pairs}. */
	private int[] numbersTo = {};

	private int[] pairsTo = {};

	private boolean[] unfinished = {};

	private SetHits() {
	}

	/**
	 * @param size words that are known to be whole
	 */
	static SetHits of(RuleBook book, TokenView view, int size, Deadline deadline) {
		SetHits hits = POOL.take();
		hits.clear(size);
		for (int i = 0; i < size; i++) {
			deadline.step();
			book.words.lookup(view, i, hits.numbers);
			hits.numbersTo[i] = hits.numbers.size();
		}
		for (int i = 0; i < size; i++) {
			deadline.step();
			for (int k = from(hits.numbersTo, i); k < hits.numbersTo[i]; k++) {
				hits.collect(book.phrasesFrom(hits.numbers.get(k)), i);
			}
			hits.pairsTo[i] = hits.pairs.size();
		}
		return hits;
	}

	/**
	 * Lets the next scan have what this one was written into.
	 */
	void giveBack() {
		if (this.unfinished.length <= MOST_WORDS) {
			POOL.giveBack(this);
		}
	}

	private void clear(int words) {
		this.size = words;
		this.numbers.clear();
		this.pairs.clear();
		if (this.unfinished.length < words) {
			this.numbersTo = new int[words + words / 4];
			this.pairsTo = new int[words + words / 4];
			this.unfinished = new boolean[words + words / 4];
		}
		else {
			Arrays.fill(this.unfinished, 0, words, false);
		}
	}

	private static int from(int[] ends, int token) {
		return (token > 0) ? ends[token - 1] : 0;
	}

	private void collect(RuleBook.Phrase[] phrases, int at) {
		for (RuleBook.Phrase phrase : phrases) {
			int length = phrase.words().length;
			int known = 1;
			while (known < length && at + known < this.size && matches(at + known, phrase.words()[known])) {
				known++;
			}
			if (known == length) {
				this.pairs.add(phrase.set());
				this.pairs.add(length);
			}
			else if (at + known == this.size) {
				this.unfinished[at] = true;
			}
		}
	}

	private boolean matches(int token, int number) {
		for (int k = from(this.numbersTo, token); k < this.numbersTo[token]; k++) {
			if (this.numbers.get(k) == number) {
				return true;
			}
		}
		return false;
	}

	int size() {
		return this.size;
	}

	/**
	 * The first hit that starts at a word.
	 */
	int first(int token) {
		return from(this.pairsTo, token);
	}

	/**
	 * The hit behind the last one that starts at a word; the next is two further on.
	 */
	int end(int token) {
		return this.pairsTo[token];
	}

	int set(int hit) {
		return this.pairs.get(hit);
	}

	/**
	 * Words of a hit.
	 */
	int length(int hit) {
		return this.pairs.get(hit + 1);
	}

	/**
	 * Whether a phrase that starts here goes on behind the known words.
	 */
	boolean isUnfinished(int token) {
		return this.unfinished[token];
	}

	boolean has(int token, int set) {
		for (int hit = first(token); hit < end(token); hit += 2) {
			if (set(hit) == set) {
				return true;
			}
		}
		return false;
	}

}
