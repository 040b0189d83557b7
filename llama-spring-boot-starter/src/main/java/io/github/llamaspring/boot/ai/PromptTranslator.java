package io.github.llamaspring.boot.ai;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import io.github.llamaspring.core.GenerationRequest;
import io.github.llamaspring.core.chat.ChatMessage;
import io.github.llamaspring.core.sampling.SamplingOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.util.CollectionUtils;

/**
 * From Spring AI's prompt to the engine's request. What the engine cannot do is refused,
 * never left out.
 */
final class PromptTranslator {

	private final LlamaChatOptions defaults;

	PromptTranslator(LlamaChatOptions defaults) {
		this.defaults = defaults;
	}

	/**
	 * The prompt with complete options of our own kind, whatever kind it came with.
	 */
	Prompt complete(Prompt prompt) {
		ChatOptions given = prompt.getOptions();
		LlamaChatOptions options = (given == null) ? this.defaults
				: this.defaults.mutate().combineWith(given.mutate()).build();
		return new Prompt(prompt.getInstructions(), options);
	}

	/**
	 * @param prompt one that {@link #complete} made
	 */
	GenerationRequest translate(Prompt prompt) {
		LlamaChatOptions options = (LlamaChatOptions) Objects.requireNonNull(prompt.getOptions());
		if (!CollectionUtils.isEmpty(options.getToolCallbacks())) {
			throw new IllegalArgumentException(
					"This model cannot call tools yet: remove the tools from the request, or use a model that can");
		}
		List<ChatMessage> messages = new ArrayList<>();
		for (Message message : prompt.getInstructions()) {
			messages.add(translate(message));
		}
		return GenerationRequest.ofChat(messages)
			.withMaxTokens(or(options.getMaxTokens(), 128))
			.withSampling(sampling(options))
			.withStop(stop(options));
	}

	private static ChatMessage translate(Message message) {
		return switch (message.getMessageType()) {
			case SYSTEM -> ChatMessage.system(text(message));
			case USER -> {
				if (message instanceof UserMessage user && !user.getMedia().isEmpty()) {
					throw new IllegalArgumentException("This model reads text only: remove the media from the message");
				}
				yield ChatMessage.user(text(message));
			}
			case ASSISTANT -> {
				if (message instanceof AssistantMessage assistant && assistant.hasToolCalls()) {
					throw new IllegalArgumentException("This model cannot call tools yet, but a message holds a call");
				}
				yield ChatMessage.assistant(text(message));
			}
			case TOOL -> new ChatMessage("tool", toolText(message));
		};
	}

	private static String text(Message message) {
		return Objects.requireNonNullElse(message.getText(), "");
	}

	private static String toolText(Message message) {
		return (message instanceof ToolResponseMessage tool) ? tool.getResponses()
			.stream()
			.map(ToolResponseMessage.ToolResponse::responseData)
			.collect(Collectors.joining("\n")) : text(message);
	}

	private static SamplingOptions sampling(LlamaChatOptions options) {
		SamplingOptions base = SamplingOptions.DEFAULTS;
		return new SamplingOptions(or(options.getTemperature(), base.temperature()), or(options.getTopK(), base.topK()),
				or(options.getTopP(), base.topP()), or(options.getMinP(), base.minP()),
				or(options.getRepetitionPenalty(), base.repetitionPenalty()),
				or(options.getPresencePenalty(), base.presencePenalty()),
				or(options.getFrequencyPenalty(), base.frequencyPenalty()), base.logitBias(), options.getSeed());
	}

	/**
	 * Combining options joins their stop strings, so the defaults' may be there twice.
	 */
	private static List<String> stop(LlamaChatOptions options) {
		List<String> stop = options.getStopSequences();
		return (stop != null) ? stop.stream().distinct().toList() : List.of();
	}

	private static int or(@Nullable Integer value, int fallback) {
		return (value != null) ? value : fallback;
	}

	private static float or(@Nullable Double value, float fallback) {
		return (value != null) ? value.floatValue() : fallback;
	}

}
