package io.github.llamaspring.boot.chat;

import java.time.Duration;
import java.util.List;

import io.github.llamaspring.core.sampling.SamplingOptions;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link ChatFacade} chats.
 *
 * @param system instructions for turns that bring none; null for the model's own
 * @param maxTokens the most tokens of an answer
 * @param sampling how tokens are chosen
 * @param stop an answer ends before these strings
 * @param maxConversations remembered at once; the one not used for longest goes first
 * @param expiry a conversation not used for this long is forgotten
 * @param callWait how long {@link ChatFacade#chat} waits for the engine
 * @param language ISO 639-1 code for messages where a turn names none; null lets the
 * guard decide
 */
public record ChatSettings(@Nullable String system, int maxTokens, SamplingOptions sampling, List<String> stop,
		int maxConversations, Duration expiry, Duration callWait, @Nullable String language) {

	public ChatSettings {
		stop = List.copyOf(stop);
		if (maxTokens < 1) {
			throw new IllegalArgumentException("max-tokens must be 1 or more, not " + maxTokens);
		}
		if (maxConversations < 1) {
			throw new IllegalArgumentException("max-conversations must be 1 or more, not " + maxConversations);
		}
	}

}
