package io.github.llamaspring.core.tokenizer;

import java.util.Map;

/**
 * What becomes of parts of a text before it is cut into pieces. Immutable and
 * thread-safe.
 */
interface TextRules {

	/** Nothing changes. */
	TextRules NONE = new CodePointRules(Map.of());

	/**
	 * Looks for what is to be replaced at a place of a text.
	 * @param text UTF-8
	 * @param from the place
	 * @param to the text's end
	 * @return bytes of the text that are replaced in the upper half, and where the
	 * replacement begins in {@link #replacements()} in the lower one; 0 if nothing is
	 */
	long match(byte[] text, int from, int to);

	/** What comes in their place: UTF-8, each followed by a zero byte. */
	byte[] replacements();

}
