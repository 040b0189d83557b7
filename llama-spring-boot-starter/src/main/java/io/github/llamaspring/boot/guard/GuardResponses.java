package io.github.llamaspring.boot.guard;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/**
 * Responses with a verdict in their metadata.
 */
final class GuardResponses {

	/** Key in the metadata of a message that refuses; memories keep it. */
	static final String REFUSED = "llama.guard.refused";

	private GuardResponses() {
	}

	/**
	 * The guard's friendly words in place of an answer.
	 * @param metadata of the response that is replaced, if there is one
	 */
	static ChatResponse blocked(Verdict verdict, String before, @Nullable ChatResponseMetadata metadata) {
		ChatGenerationMetadata.Builder generation = ChatGenerationMetadata.builder()
			.finishReason(GuardedResult.CONTENT_FILTER)
			.metadata(GuardedChatModel.VERDICT, verdict);
		if (verdict.category() != null) {
			generation.contentFilter(verdict.category());
		}
		String message = Objects.requireNonNullElse(verdict.message(), "");
		return new ChatResponse(List.of(new Generation(new AssistantMessage(before + message), generation.build())),
				(metadata != null) ? metadata : new ChatResponseMetadata());
	}

	/**
	 * The response with a moderated text.
	 */
	static ChatResponse moderated(ChatResponse response, Generation original, String text, Verdict verdict) {
		Map<String, Object> properties = new HashMap<>(original.getOutput().getMetadata());
		if (TurnMemory.isRefusal(verdict)) {
			properties.put(REFUSED, true);
		}
		return rebuilt(response, original, text, properties,
				ChatGenerationMetadata.builder().metadata(GuardedChatModel.VERDICT, verdict));
	}

	/**
	 * The response with another text.
	 */
	static ChatResponse withText(ChatResponse response, Generation original, String text) {
		return text.equals(text(original)) ? response : rebuilt(response, original, text,
				original.getOutput().getMetadata(), ChatGenerationMetadata.builder());
	}

	private static ChatResponse rebuilt(ChatResponse response, Generation original, String text,
			Map<String, Object> properties, ChatGenerationMetadata.Builder metadata) {
		metadata.contentFilters(original.getMetadata().getContentFilters());
		original.getMetadata().entrySet().forEach((entry) -> metadata.metadata(entry.getKey(), entry.getValue()));
		if (original.getMetadata().getFinishReason() != null) {
			metadata.finishReason(original.getMetadata().getFinishReason());
		}
		AssistantMessage output = original.getOutput();
		AssistantMessage message = AssistantMessage.builder()
			.content(text)
			.properties(properties)
			.toolCalls(output.getToolCalls())
			.media(output.getMedia())
			.build();
		return new ChatResponse(List.of(new Generation(message, metadata.build())), response.getMetadata());
	}

	static String text(Generation generation) {
		return Objects.requireNonNullElse(generation.getOutput().getText(), "");
	}

	/**
	 * Whether the guard withheld it, or it refuses.
	 */
	static boolean isRefusal(@Nullable ChatResponse response) {
		return response != null && response.getResults()
			.stream()
			.anyMatch((each) -> each.getMetadata().get(GuardedChatModel.VERDICT) instanceof Verdict verdict
					&& TurnMemory.isRefusal(verdict));
	}

	/**
	 * Whether a guard has moderated this response already.
	 */
	static boolean isModerated(@Nullable ChatResponse response) {
		return response != null && !response.getResults().isEmpty()
				&& response.getResults()
					.stream()
					.allMatch((each) -> each.getMetadata().containsKey(GuardedChatModel.VERDICT));
	}

}
