package io.github.llamaspring.core.cli;

/**
 * The command line was used wrongly; the usage helps.
 */
final class UsageException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UsageException(String message) {
		super(message);
	}

}
