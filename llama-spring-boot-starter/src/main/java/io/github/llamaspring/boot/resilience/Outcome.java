package io.github.llamaspring.boot.resilience;

import io.github.llamaspring.core.Timings;
import io.github.llamaspring.core.Usage;

/**
 * How a generation ended.
 *
 * @param finishReason {@code stop}, {@code length}, {@code stop_sequence},
 * {@code cancelled}, {@code context_full} or {@code timeout}
 * @param usage token counts, also of what was cancelled
 * @param timings times
 */
public record Outcome(String finishReason, Usage usage, Timings timings) {

	/** The finish reason of a generation that a time limit ended. */
	public static final String TIMEOUT = "timeout";

	/** The finish reason of a generation that someone stopped. */
	public static final String CANCELLED = "cancelled";

	static Outcome cancelledInQueue() {
		return new Outcome(CANCELLED, new Usage(0, 0, 0), new Timings(0, 0, 0, 0));
	}

}
