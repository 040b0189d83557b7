package io.github.llamaspring.boot.chat;

import io.github.llamaspring.core.Timings;
import io.github.llamaspring.core.Usage;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The whole answer to a turn. A block is a reply, not an exception.
 *
 * @param text the answer; where the guard withheld it, the released part or the guard's
 * message
 * @param blocked whether the guard withheld the question or part of the answer
 * @param finishReason such as {@code stop}, {@code length}, {@code content_filter}
 * @param usage token counts, null where the engine was not asked
 * @param timings times, null where the engine was not asked
 * @param moderation what decided: the input's verdict where the question was blocked,
 * else the output's
 */
public record ChatReply(String text, boolean blocked, String finishReason, @Nullable Usage usage,
		@Nullable Timings timings, Verdict moderation) {
}
