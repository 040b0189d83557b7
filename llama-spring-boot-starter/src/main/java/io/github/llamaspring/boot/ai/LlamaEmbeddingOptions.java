package io.github.llamaspring.boot.ai;

import io.github.llamaspring.core.TextType;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.embedding.EmbeddingOptions;

/**
 * Options of a {@link LlamaEmbeddingModel}. What is null is as the model has it.
 *
 * @param model the model that is meant; another than the one that is there is refused
 * @param dimensions numbers of a vector; others than the model's are refused
 * @param textType what the texts are for; null takes {@link TextType#PASSAGE} for
 * documents and {@link TextType#QUERY} for strings
 */
public record LlamaEmbeddingOptions(@Nullable String model, @Nullable Integer dimensions,
		@Nullable TextType textType) implements EmbeddingOptions {

	/**
	 * Texts of this type.
	 */
	public static LlamaEmbeddingOptions of(TextType textType) {
		return new LlamaEmbeddingOptions(null, null, textType);
	}

	/**
	 * Options of whatever kind, with a type where they name none.
	 */
	static LlamaEmbeddingOptions of(@Nullable EmbeddingOptions options, TextType fallback) {
		if (options == null) {
			return of(fallback);
		}
		TextType given = (options instanceof LlamaEmbeddingOptions own) ? own.textType : null;
		return new LlamaEmbeddingOptions(options.getModel(), options.getDimensions(),
				(given != null) ? given : fallback);
	}

	@Override
	public @Nullable String getModel() {
		return this.model;
	}

	@Override
	public @Nullable Integer getDimensions() {
		return this.dimensions;
	}

}
