package io.github.llamaspring.guard.policy;

import org.jspecify.annotations.Nullable;

/**
 * A policy that can't be used. The message names file, line and key, and what to do.
 */
public final class PolicyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final @Nullable String file;

	private final int line;

	public PolicyException(String message) {
		this(message, null, null, 0);
	}

	public PolicyException(String message, Throwable cause) {
		this(message, cause, null, 0);
	}

	private PolicyException(String message, @Nullable Throwable cause, @Nullable String file, int line) {
		super(message, cause);
		this.file = file;
		this.line = line;
	}

	static PolicyException at(String file, int line, String what) {
		return new PolicyException(file + ", line " + line + ": " + what, null, file, line);
	}

	/**
	 * The file with the fault; null where no single place is to blame.
	 */
	public @Nullable String file() {
		return this.file;
	}

	/**
	 * The line of {@link #file()} with the fault, from 1; 0 where it is not known.
	 */
	public int line() {
		return this.line;
	}

}
