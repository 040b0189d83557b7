package io.github.llamaspring.core.error;

/**
 * A prompt does not fit into the session's context. The message gives both lengths in
 * tokens.
 */
public final class ContextLengthExceededException extends LlamaException {

	private static final long serialVersionUID = 1L;

	public ContextLengthExceededException(String message) {
		super(message);
	}

	public ContextLengthExceededException(String message, Throwable cause) {
		super(message, cause);
	}

}
