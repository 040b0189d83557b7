package io.github.llamaspring.boot.summary;

import io.github.llamaspring.core.Usage;
import io.github.llamaspring.guard.Verdict;

/**
 * A finished summary. A block is a summary, not an exception.
 *
 * @param text the summary; where the guard withheld it, the released part or the guard's
 * message
 * @param blocked whether the guard withheld the request, all of the document or part of
 * the summary
 * @param finishReason of the last step, such as {@code stop} or {@code content_filter}
 * @param chunks parts the document was read in
 * @param withheldChunks parts the guard kept from the model
 * @param truncated whether part of the document was left out because the document is too
 * long or a step took too long
 * @param usage tokens of all steps
 * @param moderation what the guard says of the summary, or of what was withheld
 */
public record Summary(String text, boolean blocked, String finishReason, int chunks, int withheldChunks,
		boolean truncated, Usage usage, Verdict moderation) {
}
