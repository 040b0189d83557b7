package io.github.llamaspring.guard.semantic;

/**
 * The sentence encoder took too long.
 */
public final class EncoderTimeoutException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	EncoderTimeoutException(String message) {
		super(message);
	}

}
