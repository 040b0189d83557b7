package io.github.llamaspring.boot.audit;

import org.jspecify.annotations.Nullable;

/**
 * Makes words of the application fit columns.
 */
final class Columns {

	private Columns() {
	}

	static @Nullable String fitted(@Nullable String text, int length) {
		return (text != null) ? clean(text.substring(0, Math.min(text.length(), length))) : null;
	}

	/** PostgreSQL has no form for the character 0, nor for half a character. */
	static String clean(String text) {
		if (text.chars().allMatch((c) -> c != 0 && !Character.isSurrogate((char) c))) {
			return text;
		}
		StringBuilder clean = new StringBuilder(text.length());
		text.codePoints()
			.map((cp) -> (cp == 0 || (cp >= Character.MIN_SURROGATE && cp <= Character.MAX_SURROGATE)) ? 0xFFFD : cp)
			.forEach(clean::appendCodePoint);
		return clean.toString();
	}

}
