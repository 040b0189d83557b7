package io.github.llamaspring.boot.resilience;

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

}
