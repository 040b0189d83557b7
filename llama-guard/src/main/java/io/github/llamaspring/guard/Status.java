package io.github.llamaspring.guard;

/**
 * How a check went.
 */
public enum Status {

	OK,
	/** A time limit ended the check; the rule's fail mode decided. */
	TIMEOUT,
	/** A detector failed; the rule's fail mode decided. */
	ERROR

}
