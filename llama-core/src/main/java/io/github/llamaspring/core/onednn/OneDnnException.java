package io.github.llamaspring.core.onednn;

/**
 * oneDNN, or what it needs, is not there or refuses.
 */
final class OneDnnException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	OneDnnException(String message) {
		super(message);
	}

	OneDnnException(String message, Throwable cause) {
		super(message, cause);
	}

}
