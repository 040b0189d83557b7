package io.github.llamaspring.boot.ai;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.DefaultToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

/**
 * Options of a {@link LlamaChatModel}: the portable ones and the engine's own. What is
 * null is taken from the model's defaults. Immutable.
 */
public final class LlamaChatOptions extends DefaultToolCallingChatOptions {

	private final @Nullable Long seed;

	private final @Nullable Double minP;

	private final @Nullable Double repetitionPenalty;

	private LlamaChatOptions(Builder builder, List<ToolCallback> tools, Map<String, Object> toolContext) {
		super(tools, toolContext, builder.model(), builder.frequencyPenalty(), builder.maxTokens(),
				builder.presencePenalty(), builder.stopSequences(), builder.temperature(), builder.topK(),
				builder.topP());
		this.seed = builder.seed;
		this.minP = builder.minP;
		this.repetitionPenalty = builder.repetitionPenalty;
	}

	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Same seed, same text; null takes a random one.
	 */
	public @Nullable Long getSeed() {
		return this.seed;
	}

	/**
	 * Tokens below this share of the best one's probability are not chosen.
	 */
	public @Nullable Double getMinP() {
		return this.minP;
	}

	/**
	 * Makes tokens that were there before less probable; 1 changes nothing.
	 */
	public @Nullable Double getRepetitionPenalty() {
		return this.repetitionPenalty;
	}

	@Override
	public Builder mutate() {
		Builder builder = builder().model(getModel())
			.frequencyPenalty(getFrequencyPenalty())
			.maxTokens(getMaxTokens())
			.presencePenalty(getPresencePenalty())
			.stopSequences(getStopSequences())
			.temperature(getTemperature())
			.topK(getTopK())
			.topP(getTopP())
			.seed(this.seed)
			.minP(this.minP)
			.repetitionPenalty(this.repetitionPenalty);
		List<ToolCallback> tools = getToolCallbacks();
		if (tools != null && !tools.isEmpty()) {
			builder.toolCallbacks(tools);
		}
		Map<String, Object> context = getToolContext();
		if (context != null && !context.isEmpty()) {
			builder.toolContext(context);
		}
		return builder;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return super.equals(other) && other instanceof LlamaChatOptions that && Objects.equals(this.seed, that.seed)
				&& Objects.equals(this.minP, that.minP)
				&& Objects.equals(this.repetitionPenalty, that.repetitionPenalty);
	}

	@Override
	public int hashCode() {
		return Objects.hash(super.hashCode(), this.seed, this.minP, this.repetitionPenalty);
	}

	/**
	 * Builds options; not thread-safe.
	 */
	public static final class Builder extends DefaultToolCallingChatOptions.Builder<Builder> {

		private @Nullable Long seed;

		private @Nullable Double minP;

		private @Nullable Double repetitionPenalty;

		private Builder() {
		}

		public Builder seed(@Nullable Long value) {
			this.seed = value;
			return this;
		}

		public Builder minP(@Nullable Double value) {
			this.minP = value;
			return this;
		}

		public Builder repetitionPenalty(@Nullable Double value) {
			this.repetitionPenalty = value;
			return this;
		}

		private @Nullable String model() {
			return this.model;
		}

		private @Nullable Double frequencyPenalty() {
			return this.frequencyPenalty;
		}

		private @Nullable Integer maxTokens() {
			return this.maxTokens;
		}

		private @Nullable Double presencePenalty() {
			return this.presencePenalty;
		}

		private @Nullable List<String> stopSequences() {
			return this.stopSequences;
		}

		private @Nullable Double temperature() {
			return this.temperature;
		}

		private @Nullable Integer topK() {
			return this.topK;
		}

		private @Nullable Double topP() {
			return this.topP;
		}

		@Override
		public Builder combineWith(ChatOptions.Builder<?> other) {
			super.combineWith(other);
			if (other instanceof Builder that) {
				this.seed = (that.seed != null) ? that.seed : this.seed;
				this.minP = (that.minP != null) ? that.minP : this.minP;
				this.repetitionPenalty = (that.repetitionPenalty != null) ? that.repetitionPenalty
						: this.repetitionPenalty;
			}
			return this;
		}

		@Override
		public LlamaChatOptions build() {
			return new LlamaChatOptions(this, (this.toolCallbacks != null) ? this.toolCallbacks : List.of(),
					(this.toolContext != null) ? this.toolContext : Map.of());
		}

	}

}
