package io.github.llamaspring.boot.guard;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/**
 * Restores the text of one call's responses. Used by one thread at a time.
 */
final class ResponseRestoration {

	private final AnswerRestorer restorer;

	ResponseRestoration(AnswerRestorer restorer) {
		this.restorer = restorer;
	}

	ChatResponse whole(ChatResponse response) {
		List<Generation> restored = new ArrayList<>();
		for (Generation generation : response.getResults()) {
			String text = feed(generation) + this.restorer.finish();
			restored.addAll(GuardResponses.withText(response, generation, text).getResults());
		}
		return new ChatResponse(restored, response.getMetadata());
	}

	/**
	 * One of a stream: the last one has a finish reason.
	 */
	ChatResponse next(ChatResponse response) {
		Generation generation = response.getResult();
		if (generation == null) {
			return response;
		}
		String text = feed(generation);
		String reason = generation.getMetadata().getFinishReason();
		if (reason != null && !reason.isEmpty()) {
			text += this.restorer.finish();
		}
		return GuardResponses.withText(response, generation, text);
	}

	private String feed(Generation generation) {
		return this.restorer.feed(GuardResponses.text(generation), List.of()).text();
	}

	/**
	 * What is left where the stream ended without a finish reason; null for nothing.
	 */
	@Nullable ChatResponse rest() {
		String text = this.restorer.finish();
		return text.isEmpty() ? null : new ChatResponse(List.of(new Generation(new AssistantMessage(text))));
	}

}
