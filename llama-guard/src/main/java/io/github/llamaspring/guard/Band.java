package io.github.llamaspring.guard;

/**
 * How sure a finding is.
 */
public enum Band {

	/** Nothing found. */
	CLEAR,
	/** Suspicious: recorded, and a judge may be asked. */
	GREY,
	/** Found: the rule's action is taken. */
	HIT

}
