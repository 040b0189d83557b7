package io.github.llamaspring.guard.pii;

import java.util.Locale;

import io.github.llamaspring.guard.text.Deadline;

/**
 * Tells quickly where none of some words can start, by their first two letters, so that a
 * pattern need not be tried there.
 */
final class WordStarts {

	private final String[] words;

	private final boolean anyCase;

	/** By the first letter: a bit for the low five bits of each second one. */
	private final int[] seconds = new int[0x80];

	/**
	 * @param anyCase whether case does not matter; the words are in small letters then
	 * @param words of two ASCII characters or more
	 */
	WordStarts(boolean anyCase, String... words) {
		this.anyCase = anyCase;
		this.words = words;
		for (String word : words) {
			int second = 1 << (word.charAt(1) & 31);
			this.seconds[word.charAt(0)] |= second;
			this.seconds[anyCase ? Character.toUpperCase(word.charAt(0)) : word.charAt(0)] |= second;
		}
	}

	/**
	 * Whether one of the words may start here: false only where none does, or where it
	 * would be part of a longer one.
	 */
	boolean mayStart(String text, int at) {
		return at + 1 < text.length() && isPair(text.charAt(at), text.charAt(at + 1))
				&& (at == 0 || !isPlain(text.charAt(at - 1)));
	}

	/**
	 * Whether one of the words occurs, also inside of others.
	 */
	boolean occurIn(String text, Deadline deadline) {
		if (text.indexOf('İ') >= 0) {
			// Two characters in small letters.
			return occurInSmall(text.toLowerCase(Locale.ROOT));
		}
		for (int i = 0; i + 1 < text.length(); i++) {
			deadline.step();
			if (isPair(text.charAt(i), text.charAt(i + 1)) && startsHere(text, i)) {
				return true;
			}
		}
		return false;
	}

	private boolean occurInSmall(String small) {
		for (String word : this.words) {
			if (small.contains(word)) {
				return true;
			}
		}
		return false;
	}

	private boolean startsHere(String text, int at) {
		for (String word : this.words) {
			int same = 0;
			while (same < word.length() && at + same < text.length()
					&& Character.toLowerCase(text.charAt(at + same)) == word.charAt(same)) {
				same++;
			}
			if (same == word.length()) {
				return true;
			}
		}
		return false;
	}

	private boolean isPair(char a, char b) {
		char first = (a < 0x80) ? a : folded(a);
		if (first >= 0x80 || this.seconds[first] == 0) {
			return false;
		}
		char second = (b < 0x80) ? b : folded(b);
		return ((this.seconds[first] >>> (second & 31)) & 1) != 0;
	}

	/** As patterns fold that ignore case: the long s is an s, too. */
	private char folded(char c) {
		return this.anyCase ? Character.toLowerCase(Character.toUpperCase(c)) : c;
	}

	private static boolean isPlain(char c) {
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	}

}
