package io.github.llamaspring.core.error;

/**
 * The keys and values of all sessions of a model would take more memory than they may.
 * The message gives the bytes taken and needed, and the options that change it.
 */
public final class CacheMemoryException extends LlamaException {

	private static final long serialVersionUID = 1L;

	public CacheMemoryException(String message) {
		super(message);
	}

	public CacheMemoryException(String message, Throwable cause) {
		super(message, cause);
	}

}
