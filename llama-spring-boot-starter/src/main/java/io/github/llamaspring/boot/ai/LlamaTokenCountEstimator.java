package io.github.llamaspring.boot.ai;

import java.util.function.ToIntFunction;

import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.boot.engine.LlamaEngine;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.tokenizer.TokenCountEstimator;
import org.springframework.util.CollectionUtils;

/**
 * Counts what a model really sees, with its own tokenizer: no estimate. The encoder's for
 * what is searched, the chat model's for what goes into a prompt. Media are refused, as
 * the models do. Thread-safe.
 */
public final class LlamaTokenCountEstimator implements TokenCountEstimator {

	private final ToIntFunction<String> counter;

	private LlamaTokenCountEstimator(ToIntFunction<String> counter) {
		this.counter = counter;
	}

	/**
	 * Tokens of the embedding model, without a prefix; the first count loads it.
	 */
	public static LlamaTokenCountEstimator of(EmbeddingEngine engine) {
		return new LlamaTokenCountEstimator((text) -> engine.encoder().countTokens(text));
	}

	/**
	 * Tokens of the chat model, without its template.
	 */
	public static LlamaTokenCountEstimator of(LlamaEngine engine) {
		return new LlamaTokenCountEstimator((text) -> engine.model().countTokens(text));
	}

	@Override
	public int estimate(@Nullable String text) {
		return (text == null || text.isEmpty()) ? 0 : this.counter.applyAsInt(text);
	}

	@Override
	public int estimate(MediaContent content) {
		if (!CollectionUtils.isEmpty(content.getMedia())) {
			throw new IllegalArgumentException("Only text has tokens here: leave the media out of what is counted");
		}
		return estimate(content.getText());
	}

	@Override
	public int estimate(Iterable<MediaContent> contents) {
		int tokens = 0;
		for (MediaContent content : contents) {
			tokens += estimate(content);
		}
		return tokens;
	}

}
