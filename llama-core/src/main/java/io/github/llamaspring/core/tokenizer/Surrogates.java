package io.github.llamaspring.core.tokenizer;

/**
 * Texts from outside may hold halves of surrogate pairs, which no UTF-8 can carry.
 */
public final class Surrogates {

	private static final char REPLACEMENT = '\ufffd';

	private Surrogates() {
	}

	/**
	 * The text, of the same length, with each lone surrogate replaced by U+FFFD.
	 */
	public static String replaceLone(String text) {
		char[] clean = null;
		for (int i = 0; i < text.length(); i++) {
			char unit = text.charAt(i);
			if (!Character.isSurrogate(unit)) {
				continue;
			}
			if (Character.isHighSurrogate(unit) && i + 1 < text.length()
					&& Character.isLowSurrogate(text.charAt(i + 1))) {
				i++;
				continue;
			}
			clean = (clean != null) ? clean : text.toCharArray();
			clean[i] = REPLACEMENT;
		}
		return (clean != null) ? new String(clean) : text;
	}

}
