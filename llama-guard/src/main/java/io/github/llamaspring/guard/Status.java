package io.github.llamaspring.guard;

/**
 * How a check went.
 */
public enum Status {

	OK,
	/** A time limit ended the check; the rule's fail mode decided. */
	TIMEOUT,
	/** A detector failed; the rule's fail mode decided. */
	ERROR;

	/** Of two parts of a check: a time limit is said before a failure. */
	Status and(Status other) {
		if (this == TIMEOUT || other == TIMEOUT) {
			return TIMEOUT;
		}
		return (this == ERROR) ? this : other;
	}

}
