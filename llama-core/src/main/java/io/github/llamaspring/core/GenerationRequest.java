package io.github.llamaspring.core;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.core.chat.ChatMessage;
import io.github.llamaspring.core.sampling.SamplingOptions;

/**
 * What to generate. Made by one of the factory methods and refined by the {@code with…}
 * methods; immutable.
 *
 * @param prompt where generation starts
 * @param maxTokens the most tokens to generate
 * @param sampling how tokens are chosen
 * @param stop the text ends before the first of these strings, which may lie across
 * tokens
 * @param topLogprobs how many of the most probable tokens to report at each step, 0 to
 * 100
 * @param force tokens to feed one at a time instead of sampled ones; null samples
 */
public record GenerationRequest(Prompt prompt, int maxTokens, SamplingOptions sampling, List<String> stop,
		int topLogprobs, @Nullable List<Integer> force) {

	/** Where generation starts. */
	public sealed interface Prompt {

	}

	/**
	 * Plain text; the beginning-of-sequence token is added where the file says so.
	 *
	 * @param text the text
	 * @param special whether control tokens in it are recognised
	 */
	public record TextPrompt(String text, boolean special) implements Prompt {

		public TextPrompt {
			Objects.requireNonNull(text, "text");
		}

	}

	/**
	 * Tokens, used as they are.
	 *
	 * @param ids the tokens
	 */
	public record TokenPrompt(List<Integer> ids) implements Prompt {

		public TokenPrompt {
			ids = List.copyOf(ids);
		}

	}

	/**
	 * A conversation, rendered by the model's chat template.
	 *
	 * @param messages oldest first
	 */
	public record ChatPrompt(List<ChatMessage> messages) implements Prompt {

		public ChatPrompt {
			messages = List.copyOf(messages);
		}

	}

	public GenerationRequest {
		Objects.requireNonNull(prompt, "prompt");
		Objects.requireNonNull(sampling, "sampling");
		stop = List.copyOf(stop);
		force = (force != null) ? List.copyOf(force) : null;
		if (maxTokens < 0) {
			throw new IllegalArgumentException("max_tokens must be 0 or more, not " + maxTokens);
		}
		if (topLogprobs < 0 || topLogprobs > 100) {
			throw new IllegalArgumentException("top_logprobs must be from 0 to 100, not " + topLogprobs);
		}
		if (stop.stream().anyMatch(String::isEmpty)) {
			throw new IllegalArgumentException("stop must not hold an empty string");
		}
	}

	public static GenerationRequest ofText(String text) {
		return of(new TextPrompt(text, false));
	}

	public static GenerationRequest ofTokens(List<Integer> ids) {
		return of(new TokenPrompt(ids));
	}

	public static GenerationRequest ofChat(List<ChatMessage> messages) {
		return of(new ChatPrompt(messages));
	}

	public static GenerationRequest of(Prompt prompt) {
		return new GenerationRequest(prompt, 128, SamplingOptions.DEFAULTS, List.of(), 0, null);
	}

	public GenerationRequest withMaxTokens(int value) {
		return new GenerationRequest(this.prompt, value, this.sampling, this.stop, this.topLogprobs, this.force);
	}

	public GenerationRequest withSampling(SamplingOptions value) {
		return new GenerationRequest(this.prompt, this.maxTokens, value, this.stop, this.topLogprobs, this.force);
	}

	public GenerationRequest withStop(List<String> value) {
		return new GenerationRequest(this.prompt, this.maxTokens, this.sampling, value, this.topLogprobs, this.force);
	}

	public GenerationRequest withTopLogprobs(int value) {
		return new GenerationRequest(this.prompt, this.maxTokens, this.sampling, this.stop, value, this.force);
	}

	public GenerationRequest withForce(@Nullable List<Integer> value) {
		return new GenerationRequest(this.prompt, this.maxTokens, this.sampling, this.stop, this.topLogprobs, value);
	}

}
