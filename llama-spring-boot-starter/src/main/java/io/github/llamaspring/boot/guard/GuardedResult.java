package io.github.llamaspring.boot.guard;

import io.github.llamaspring.core.Timings;
import io.github.llamaspring.core.Usage;
import io.github.llamaspring.guard.Verdict;

/**
 * A finished, moderated generation.
 *
 * @param text all that was released
 * @param finishReason the engine's reason, or {@link #CONTENT_FILTER}
 * @param usage token counts
 * @param timings times
 * @param verdict what the guard says of the text
 */
public record GuardedResult(String text, String finishReason, Usage usage, Timings timings, Verdict verdict) {

	/** The finish reason of a text that the guard withheld or cut. */
	public static final String CONTENT_FILTER = "content_filter";

	/**
	 * Whether the guard ended it.
	 */
	public boolean blocked() {
		return CONTENT_FILTER.equals(this.finishReason);
	}

}
