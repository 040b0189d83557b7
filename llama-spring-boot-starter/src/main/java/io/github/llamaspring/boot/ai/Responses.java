package io.github.llamaspring.boot.ai;

import java.util.List;

import io.github.llamaspring.boot.resilience.Outcome;
import io.github.llamaspring.core.Usage;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/**
 * Makes the responses of one generation.
 *
 * @param model the model's reference
 * @param id the same on all pieces
 */
record Responses(String model, String id) {

	ChatResponse piece(String text) {
		return new ChatResponse(List.of(new Generation(new AssistantMessage(text))),
				ChatResponseMetadata.builder().id(this.id).model(this.model).build());
	}

	ChatResponse last(String text, Outcome outcome) {
		Usage usage = outcome.usage();
		ChatGenerationMetadata generation = ChatGenerationMetadata.builder()
			.finishReason(outcome.finishReason())
			.build();
		ChatResponseMetadata response = ChatResponseMetadata.builder()
			.id(this.id)
			.model(this.model)
			.usage(new DefaultUsage(usage.promptTokens(), usage.completionTokens(),
					usage.promptTokens() + usage.completionTokens(), usage, (long) usage.cachedTokens(), null))
			.keyValue("timings", outcome.timings())
			.build();
		return new ChatResponse(List.of(new Generation(new AssistantMessage(text), generation)), response);
	}

}
