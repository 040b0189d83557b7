package io.github.llamaspring.core.error;

/**
 * Root of everything the engine throws on purpose; bad arguments of a caller are
 * {@link IllegalArgumentException}s.
 */
public class LlamaException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public LlamaException(String message) {
		super(message);
	}

	public LlamaException(String message, Throwable cause) {
		super(message, cause);
	}

}
