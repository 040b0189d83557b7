package io.github.llamaspring.core;

/**
 * What a text is for. Models such as E5 are trained to find passages by questions, and
 * are told by a prefix which of the two a text is.
 */
public enum TextType {

	/** What somebody asks or looks for; also for comparing texts of one kind. */
	QUERY("query: "),

	/** What is to be found. */
	PASSAGE("passage: "),

	/** The text alone, for models without prefixes. */
	PLAIN("");

	private final String prefix;

	TextType(String prefix) {
		this.prefix = prefix;
	}

	/** What stands before the text. */
	public String prefix() {
		return this.prefix;
	}

}
