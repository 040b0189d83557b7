package io.github.llamaspring.boot.resilience;

import java.time.Duration;

import io.github.llamaspring.boot.engine.EngineUnavailableException;

/**
 * The queue is full, a caller waited too long, or the engine failed so often that it is
 * left alone for a while.
 */
public final class EngineBusyException extends EngineUnavailableException {

	private static final long serialVersionUID = 1L;

	public EngineBusyException(String message, Duration retryAfter) {
		super(message, retryAfter);
	}

}
