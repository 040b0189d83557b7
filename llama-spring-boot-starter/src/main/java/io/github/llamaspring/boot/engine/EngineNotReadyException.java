package io.github.llamaspring.boot.engine;

import java.time.Duration;

/**
 * The model is still fetched or loaded, or could not be.
 */
public final class EngineNotReadyException extends EngineUnavailableException {

	private static final long serialVersionUID = 1L;

	private final transient EngineStatus status;

	EngineNotReadyException(EngineStatus status) {
		super(describe(status),
				(status instanceof EngineStatus.Failed) ? Duration.ofMinutes(1) : Duration.ofSeconds(5));
		this.status = status;
	}

	/**
	 * Where the engine was when it was asked.
	 */
	public EngineStatus status() {
		return this.status;
	}

	private static String describe(EngineStatus status) {
		return switch (status) {
			case EngineStatus.Stopped _ -> "The engine is not running";
			case EngineStatus.Fetching fetching -> "The model is being fetched (" + fetching.bytes() + " of "
					+ ((fetching.total() < 0) ? "an unknown number of" : fetching.total()) + " bytes)";
			case EngineStatus.Loading loading ->
				"The model is being loaded (" + Math.round(loading.fraction() * 100) + " %)";
			case EngineStatus.Ready _ -> "The model is ready";
			case EngineStatus.Failed failed -> "The model could not be loaded: " + failed.reason();
		};
	}

}
