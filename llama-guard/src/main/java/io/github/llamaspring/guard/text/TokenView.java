package io.github.llamaspring.guard.text;

import java.util.Arrays;

/**
 * The words of a text, folded, in flat arrays: word {@code i} is
 * {@code chars[from(i)..to(i))} and stands at {@code rawStart(i)..rawEnd(i)} of the raw
 * text. Words are separated by one blank in {@link #chars()}, so that a phrase matcher
 * can run over it.
 */
public final class TokenView {

	/** Letters kept of a word: no rule has longer ones. */
	static final int MAX_WORD = 64;

	/** Words room is made for before any came. */
	private static final int MOST_AT_ONCE = 1 << 13;

	private char[] chars = {};

	private int length;

	private int[] fields = {};

	private boolean[] breaks = {};

	private int size;

	/**
	 * This view without words.
	 * @param units of the text: ordinary ones need no more room than is made at once
	 */
	TokenView cleared(int units) {
		int words = 8 + Math.min(units / 4, MOST_AT_ONCE);
		int letters = 8 + Math.min(units + units / 16, 5 * MOST_AT_ONCE);
		if (this.chars.length < letters) {
			this.chars = new char[letters];
		}
		if (this.breaks.length < words) {
			this.fields = new int[4 * words];
			this.breaks = new boolean[words];
		}
		this.length = 0;
		this.size = 0;
		return this;
	}

	/**
	 * Words in the view.
	 */
	public int size() {
		return this.size;
	}

	/**
	 * The folded text; only the first {@link #length()} are in use.
	 */
	public char[] chars() {
		return this.chars;
	}

	public int length() {
		return this.length;
	}

	public int from(int token) {
		return this.fields[4 * token];
	}

	public int to(int token) {
		return this.fields[4 * token + 1];
	}

	public int rawStart(int token) {
		return this.fields[4 * token + 2];
	}

	public int rawEnd(int token) {
		return this.fields[4 * token + 3];
	}

	/**
	 * Whether a sentence or paragraph ended between the word before and this one.
	 */
	public boolean startsSentence(int token) {
		return this.breaks[token];
	}

	/**
	 * The folded word.
	 */
	public String word(int token) {
		return new String(this.chars, from(token), to(token) - from(token));
	}

	int wordLength(int token) {
		return to(token) - from(token);
	}

	/** Takes a word of another view. */
	void add(TokenView other, int token) {
		int n = other.wordLength(token);
		int at = begin(n, other.rawStart(token), other.rawEnd(token), other.startsSentence(token));
		System.arraycopy(other.chars, other.from(token), this.chars, at, n);
	}

	void add(CharSequence word, int rawStart, int rawEnd, boolean startsSentence) {
		int n = Math.min(word.length(), MAX_WORD);
		int at = begin(n, rawStart, rawEnd, startsSentence);
		word.getChars(0, n, this.chars, at);
	}

	/**
	 * Makes room for a word.
	 * @return where its letters go
	 */
	private int begin(int n, int rawStart, int rawEnd, boolean startsSentence) {
		if (this.size == this.breaks.length) {
			this.breaks = Arrays.copyOf(this.breaks, this.size * 2);
			this.fields = Arrays.copyOf(this.fields, this.size * 8);
		}
		if (this.length + n + 1 > this.chars.length) {
			this.chars = Arrays.copyOf(this.chars, Math.max(this.chars.length * 2, this.length + n + 1));
		}
		if (this.size > 0) {
			this.chars[this.length++] = ' ';
		}
		int at = 4 * this.size;
		int start = this.length;
		this.length += n;
		this.fields[at] = start;
		this.fields[at + 1] = this.length;
		this.fields[at + 2] = rawStart;
		this.fields[at + 3] = rawEnd;
		this.breaks[this.size++] = startsSentence;
		return start;
	}

}
