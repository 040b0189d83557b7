package io.github.llamaspring.guard;

/**
 * What happens to a text, from mildest to most severe: the order of the constants is the
 * order of severity, and the most severe of all findings wins.
 */
public enum Action {

	ALLOW, FLAG, REDACT, PSEUDONYMIZE, REWRITE, REASK, ESCALATE, BLOCK;

	/**
	 * The more severe of the two.
	 */
	public Action and(Action other) {
		return (compareTo(other) >= 0) ? this : other;
	}

	/**
	 * Whether nothing of the text may pass on.
	 */
	public boolean withholds() {
		return this == REASK || this == ESCALATE || this == BLOCK;
	}

	/**
	 * Whether the text passes on in an edited form.
	 */
	public boolean edits() {
		return this == REDACT || this == PSEUDONYMIZE || this == REWRITE;
	}

}
