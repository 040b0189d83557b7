package io.github.llamaspring.core.chat;

import java.util.BitSet;

/**
 * A prompt being written that remembers which of its characters are a user's. Not
 * thread-safe.
 */
final class PromptWriter {

	private final StringBuilder text = new StringBuilder();

	private final BitSet user = new BitSet();

	/**
	 * Adds text of the format, in which control tokens count.
	 */
	PromptWriter format(String part) {
		this.text.append(part);
		return this;
	}

	/**
	 * Adds a message's text, in which they do not.
	 */
	PromptWriter content(String part) {
		this.user.set(this.text.length(), this.text.length() + part.length());
		this.text.append(part);
		return this;
	}

	PromptShadow.Prompt prompt() {
		return new PromptShadow.Prompt(this.text.toString(), this.user);
	}

}
