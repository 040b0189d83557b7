package io.github.llamaspring.guard.feedback;

/**
 * What a person thinks of a verdict.
 */
public enum Opinion {

	/** It was right. */
	CONFIRM,
	/** It was wrong. */
	OVERTURN

}
