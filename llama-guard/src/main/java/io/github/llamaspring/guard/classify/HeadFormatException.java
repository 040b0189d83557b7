package io.github.llamaspring.guard.classify;

/**
 * A model file can't be used. The message names the file and what to do.
 */
public final class HeadFormatException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	HeadFormatException(String message) {
		super(message);
	}

	HeadFormatException(String message, Throwable cause) {
		super(message, cause);
	}

}
