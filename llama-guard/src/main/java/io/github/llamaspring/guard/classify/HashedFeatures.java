package io.github.llamaspring.guard.classify;

import java.util.Arrays;

import io.github.llamaspring.guard.text.Pool;
import io.github.llamaspring.guard.text.TokenView;

/**
 * The features of one word after the other, as buckets: the word, the word with the one
 * before (or the start of the sentence), and all runs of 3 to 5 characters of the word
 * between two blanks. Each feature belongs to one word, so the score of any run of words
 * is a sum over them. Used by one thread; nothing is allocated per word.
 */
final class HashedFeatures {

	private static final Pool<HashedFeatures> POOL = new Pool<>(HashedFeatures::new);

	/** Buckets are the low bits of a hash. */
	static final int BITS = 18;

	static final int BUCKETS = 1 << BITS;

	/** About 64 words. */
	private static final int LONG = 900;

	/** Words after which a pair counts again. */
	private static final int REPEAT = 64;

	/** A word has at most 64 characters. */
	private static final int MOST = 2 + 3 * 66;

	private static final int COUNT_BITS = 9;

	private static final int COUNTS = 1 << COUNT_BITS;

	private static final int WORD = 0x2545F491;

	private static final int PAIR = 0x51ED270B;

	private static final int GRAM = 0x1B873593;

	private static final int START = 0x6A09E667;

	private final int[] buckets = new int[MOST];

	private final char[] padded = new char[66];

	private int size;

	private int last = START;

	/** The pairs of the words before, in a ring. */
	private final int[] pairs = new int[REPEAT];

	/** How many of them have a hash; most pairs need no search then. */
	private final byte[] counts = new byte[COUNTS];

	HashedFeatures() {
		this.counts[count(0)] = REPEAT;
	}

	/**
	 * What a sum over this many features is multiplied with. Up to about a window of 64
	 * words one over the root, as short texts need; from there on one over the number, so
	 * that length and repetition by themselves raise no score.
	 */
	static double norm(long features) {
		return Math.sqrt(Math.min(features, LONG)) / features;
	}

	/**
	 * For a run of words: like a new one.
	 */
	static HashedFeatures take() {
		HashedFeatures features = POOL.take();
		features.size = 0;
		features.last = START;
		Arrays.fill(features.pairs, 0);
		Arrays.fill(features.counts, (byte) 0);
		features.counts[count(0)] = REPEAT;
		return features;
	}

	/**
	 * The run of words is over.
	 */
	void giveBack() {
		POOL.giveBack(this);
	}

	/**
	 * Takes the next word; the words of a view are given in order.
	 */
	void take(TokenView view, int token) {
		char[] chars = view.chars();
		int from = view.from(token);
		int length = Math.min(view.to(token) - from, 64);
		int word = WORD;
		this.padded[0] = ' ';
		for (int i = 0; i < length; i++) {
			char c = chars[from + i];
			this.padded[i + 1] = c;
			word = step(word, c);
		}
		this.padded[length + 1] = ' ';
		int before = (token == 0 || view.startsSentence(token)) ? START : this.last;
		this.size = 0;
		this.last = word;
		int pair = PAIR ^ (before * 31 + word);
		if (!isRepeated(pair, token)) {
			add(word);
			add(pair);
			grams(length + 2);
		}
	}

	/**
	 * Whether the same two words stood together less than a window before. Such a word
	 * has no features: a text that repeats itself says nothing more.
	 */
	private boolean isRepeated(int pair, int token) {
		boolean repeated = false;
		if (this.counts[count(pair)] > 0) {
			for (int seen : this.pairs) {
				repeated |= seen == pair;
			}
		}
		int slot = token & (REPEAT - 1);
		this.counts[count(this.pairs[slot])]--;
		this.counts[count(pair)]++;
		this.pairs[slot] = pair;
		return repeated;
	}

	private static int count(int pair) {
		return (pair * 0x9E3779B1) >>> (32 - COUNT_BITS);
	}

	private void grams(int length) {
		for (int i = 0; i + 3 <= length; i++) {
			int hash = step(step(step(GRAM, this.padded[i]), this.padded[i + 1]), this.padded[i + 2]);
			add(hash);
			if (i + 4 <= length) {
				hash = step(hash, this.padded[i + 3]);
				add(hash);
				if (i + 5 <= length) {
					add(step(hash, this.padded[i + 4]));
				}
			}
		}
	}

	private static int step(int hash, char c) {
		return (hash ^ c) * 0x01000193 + 0x3C6EF372;
	}

	private void add(int hash) {
		int h = hash ^ (hash >>> 16);
		h *= 0x85EBCA6B;
		h ^= h >>> 13;
		h *= 0xC2B2AE35;
		h ^= h >>> 16;
		this.buckets[this.size++] = h & (BUCKETS - 1);
	}

	/**
	 * Features of the word taken last.
	 */
	int size() {
		return this.size;
	}

	/**
	 * Their buckets; only the first {@link #size()} are in use.
	 */
	int[] buckets() {
		return this.buckets;
	}

}
