package io.github.llamaspring.boot.engine;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The model is still fetched or loaded, or could not be.
 */
public final class EngineNotReadyException extends EngineUnavailableException {

	private static final long serialVersionUID = 1L;

	private final transient EngineStatus status;

	EngineNotReadyException(String kind, EngineStatus status, @Nullable Throwable cause) {
		super(describe("The " + kind, status),
				(status instanceof EngineStatus.Failed) ? Duration.ofMinutes(1) : Duration.ofSeconds(5));
		this.status = status;
		initCause(cause);
	}

	/**
	 * Where the engine was when it was asked.
	 */
	public EngineStatus status() {
		return this.status;
	}

	private static String describe(String model, EngineStatus status) {
		return switch (status) {
			case EngineStatus.Stopped _ -> "The engine is not running";
			case EngineStatus.Fetching fetching -> model + " is being fetched (" + fetching.bytes() + " of "
					+ ((fetching.total() < 0) ? "an unknown number of" : fetching.total()) + " bytes)";
			case EngineStatus.Loading loading ->
				model + " is being loaded (" + Math.round(loading.fraction() * 100) + " %)";
			case EngineStatus.Ready _ -> model + " is ready";
			case EngineStatus.Failed failed -> model + " could not be loaded: " + failed.reason();
		};
	}

}
