package io.github.llamaspring.guard.policy;

/**
 * A policy that can't be used. The message names file, line and key, and what to do.
 */
public final class PolicyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public PolicyException(String message) {
		super(message);
	}

	public PolicyException(String message, Throwable cause) {
		super(message, cause);
	}

}
