package io.github.llamaspring.guard.classify;

import java.util.function.IntConsumer;

import io.github.llamaspring.guard.text.TokenView;

/**
 * What tells the language of a text: all runs of 1 to 4 characters of its words, with the
 * blanks around them, as buckets. Letters of other scripts than Latin are all the same.
 */
final class LanguageGrams {

	private static final int LONGEST = 4;

	private static final char FOREIGN = 1;

	private LanguageGrams() {
	}

	/**
	 * Hands over the buckets of a text's beginning.
	 * @param most characters of it
	 */
	static void of(TokenView view, int most, IntConsumer buckets) {
		char[] text = new char[most + 1];
		text[0] = ' ';
		int length = 1;
		for (int token = 0; token < view.size() && length < text.length - 1; token++) {
			length = add(view, token, text, length);
		}
		for (int i = 0; i < length; i++) {
			int hash = 0x1B873593;
			for (int k = 0; k < LONGEST && i + k < length; k++) {
				char c = text[i + k];
				hash = (hash ^ c) * 0x01000193 + 0x3C6EF372;
				if (k > 0 || c != ' ') {
					buckets.accept(mixed(hash) & (ClassTable.BUCKETS - 1));
				}
				if (k > 0 && c == ' ') {
					break;
				}
			}
		}
	}

	/** The letters of a word, and a blank. */
	private static int add(TokenView view, int token, char[] text, int start) {
		char[] chars = view.chars();
		int length = start;
		for (int i = view.from(token); i < view.to(token) && length < text.length - 1; i++) {
			char c = letter(chars[i]);
			boolean parts = c == ' ' || (c == FOREIGN && length > 1 && text[length - 1] == c && text[length - 2] == c);
			if (parts && text[length - 1] != ' ') {
				text[length++] = ' ';
			}
			if (c != ' ' && length < text.length - 1) {
				text[length++] = c;
			}
		}
		if (text[length - 1] != ' ') {
			text[length++] = ' ';
		}
		return length;
	}

	private static char letter(char c) {
		if (c == '\'') {
			return c;
		}
		if (!Character.isLetter(c)) {
			return ' ';
		}
		boolean latin = c < 0x250 || Character.UnicodeScript.of(c) == Character.UnicodeScript.LATIN;
		return latin ? Character.toLowerCase(c) : FOREIGN;
	}

	private static int mixed(int hash) {
		int h = hash ^ (hash >>> 16);
		h *= 0x85EBCA6B;
		h ^= h >>> 13;
		h *= 0xC2B2AE35;
		return h ^ (h >>> 16);
	}

}
