package io.github.llamaspring.guard.feedback;

import java.util.Locale;

/**
 * What a text is, as the statistical heads are trained.
 */
public enum Label {

	/** Nothing is wrong with it. */
	BENIGN,
	/** It asks for harm or is harm. */
	HARMFUL,
	/** It tries to take over the model. */
	INJECTION,
	/** It insults, threatens or hates. */
	TOXIC;

	/**
	 * As written in training data.
	 */
	public String word() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * @throws IllegalArgumentException naming the labels, if this is none of them
	 */
	public static Label of(String word) {
		for (Label label : values()) {
			if (label.word().equals(word)) {
				return label;
			}
		}
		throw new IllegalArgumentException("label must be benign, harmful, injection or toxic, not "
				+ word.substring(0, Math.min(40, word.length())));
	}

}
