package io.github.llamaspring.core;

/**
 * Stops a generation from any thread. One object belongs to one generation; cancelling
 * before the generation starts makes it end at once. Thread-safe.
 */
public final class Cancellation {

	private volatile boolean cancelled;

	/**
	 * Asks the generation to stop. It ends within one decode step, or one layer of a
	 * prompt batch, with {@link FinishReason#CANCELLED}. Idempotent.
	 */
	public void cancel() {
		this.cancelled = true;
	}

	public boolean isCancelled() {
		return this.cancelled;
	}

}
