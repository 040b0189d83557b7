package io.github.llamaspring.boot.resilience;

import java.time.Duration;

/**
 * Sees every generation, cancelled ones too; for metrics. Called on the engine's threads.
 */
public interface GateObserver {

	/**
	 * The first token is there.
	 * @param sinceSubmitted the wait in the queue included
	 */
	void onFirstToken(Duration sinceSubmitted);

	void onCompleted(Outcome outcome);

	/**
	 * The engine failed.
	 */
	void onFailed(Throwable failure);

	/**
	 * A request was turned away.
	 */
	void onRejected();

}
