package io.github.llamaspring.boot.engine;

import java.time.Duration;

/**
 * The engine cannot take a request now. Over HTTP this is 503 with {@code Retry-After}.
 */
public abstract class EngineUnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Duration retryAfter;

	protected EngineUnavailableException(String message, Duration retryAfter) {
		super(message);
		this.retryAfter = retryAfter;
	}

	/**
	 * When it is worth asking again.
	 */
	public final Duration retryAfter() {
		return this.retryAfter;
	}

	/**
	 * {@link #retryAfter()} in whole seconds, at least 1: the value of the HTTP header.
	 */
	public final long retryAfterSeconds() {
		return Math.max(1, (this.retryAfter.toMillis() + 999) / 1000);
	}

}
