package io.github.llamaspring.guard.stream;

/**
 * A finished sentence of a text that is being written, with what stands before it.
 *
 * @param text some context and the sentence
 * @param from where the sentence starts in {@code text}
 * @param start where {@code text} starts in the whole text
 */
public record Sentence(String text, int from, int start) {

	/**
	 * The sentence without its context.
	 */
	public String alone() {
		return this.text.substring(this.from);
	}

}
