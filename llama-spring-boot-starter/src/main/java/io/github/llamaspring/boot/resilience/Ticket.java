package io.github.llamaspring.boot.resilience;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A request that was taken in.
 */
@FunctionalInterface
public interface Ticket {

	/**
	 * Stops the generation within a token, or takes the request out of the queue; it then
	 * completes as cancelled. Idempotent, does nothing after the end.
	 */
	void cancel();

	/**
	 * Waits for the end of the generation. Interrupting the waiting thread stops the
	 * engine.
	 * @param end completed by the request's listener
	 * @throws IllegalStateException if the thread was interrupted; else what the
	 * generation failed with
	 */
	default <T> T await(CompletableFuture<T> end) {
		try {
			return end.get();
		}
		catch (InterruptedException ex) {
			cancel();
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the engine was writing", ex);
		}
		catch (ExecutionException ex) {
			switch (ex.getCause()) {
				case Error error -> throw error;
				case RuntimeException failure -> throw failure;
				case null, default -> throw new IllegalStateException("The engine failed", ex);
			}
		}
	}

}
