package io.github.llamaspring.core.error;

/**
 * A model reference could not be resolved to a file. The message says what was tried and
 * what to do.
 */
public final class ModelNotFoundException extends LlamaException {

	private static final long serialVersionUID = 1L;

	public ModelNotFoundException(String message) {
		super(message);
	}

	public ModelNotFoundException(String message, Throwable cause) {
		super(message, cause);
	}

}
