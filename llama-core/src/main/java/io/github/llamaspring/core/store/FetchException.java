package io.github.llamaspring.core.store;

/**
 * One way to get a model failed; the message is a clause without a full stop. The store
 * tries another way or turns it into an exception for its user.
 */
final class FetchException extends Exception {

	private static final long serialVersionUID = 1L;

	private final boolean worthRetrying;

	private FetchException(String message, boolean worthRetrying) {
		super(message);
		this.worthRetrying = worthRetrying;
	}

	/** Trying again is of no use. */
	static FetchException last(String message) {
		return new FetchException(message, false);
	}

	/** It may work the next time. */
	static FetchException passing(String message) {
		return new FetchException(message, true);
	}

	boolean isWorthRetrying() {
		return this.worthRetrying;
	}

	String reason() {
		String message = getMessage();
		return (message != null) ? message : "unknown";
	}

}
