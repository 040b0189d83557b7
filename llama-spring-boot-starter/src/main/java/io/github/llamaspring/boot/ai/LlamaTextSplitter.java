package io.github.llamaspring.boot.ai;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.boot.engine.TokenSplitter;
import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.TextType;
import org.springframework.ai.document.Document;
import org.springframework.ai.transformer.splitter.TextSplitter;

/**
 * Cuts documents for a vector store: into chunks of at most so many of the embedding
 * model's own tokens, between paragraphs or sentences where it can. Nothing but space
 * around a chunk is lost, and a document of space alone gives none; metadata is kept. The
 * first document loads the model. Immutable and thread-safe but for the inherited setter.
 */
public final class LlamaTextSplitter extends TextSplitter {

	private final EmbeddingEngine engine;

	private final int maxTokens;

	private final int overlapTokens;

	/**
	 * @param maxTokens tokens of a chunk at most; 0 takes what the model sees at once
	 * beside its prefix
	 * @param overlapTokens tokens from the end of a chunk that the next one repeats, at
	 * most: whole sentences where they fit; at most half of a chunk
	 */
	public LlamaTextSplitter(EmbeddingEngine engine, int maxTokens, int overlapTokens) {
		boolean tooSmall = maxTokens != 0 && maxTokens < 2 * TokenSplitter.LEAST;
		if (tooSmall || overlapTokens < 0 || (maxTokens != 0 && overlapTokens > maxTokens / 2)
				|| (overlapTokens != 0 && overlapTokens < TokenSplitter.LEAST)) {
			throw new IllegalArgumentException(
					("chunks of %d tokens with an overlap of %d: give %d or more tokens, or 0 "
							+ "for the model's window, and an overlap from %d to half of it, or 0 for none")
						.formatted(maxTokens, overlapTokens, 2 * TokenSplitter.LEAST, TokenSplitter.LEAST));
		}
		this.engine = engine;
		this.maxTokens = maxTokens;
		this.overlapTokens = overlapTokens;
	}

	/**
	 * A splitter of the same model into other chunks; see the constructor.
	 */
	public LlamaTextSplitter with(int maxTokens, int overlapTokens) {
		return new LlamaTextSplitter(this.engine, maxTokens, overlapTokens);
	}

	/**
	 * @throws IllegalArgumentException if a document holds media instead of text
	 */
	@Override
	public List<Document> apply(List<Document> documents) {
		documents.forEach(LlamaEmbeddingModel::requireText);
		return super.apply(documents);
	}

	@Override
	protected List<String> splitText(String text) {
		SentenceEncoder encoder = this.engine.encoder();
		// what is too long to be counted is too long for a chunk
		ToIntFunction<String> counter = (piece) -> (piece.length() > SentenceEncoder.MAX_TEXT) ? Integer.MAX_VALUE
				: encoder.countTokens(piece);
		int most = (this.maxTokens != 0) ? this.maxTokens
				: encoder.windowTokens() - encoder.countTokens(TextType.PASSAGE.prefix());
		int overlap = Math.min(this.overlapTokens, most / 2);
		List<String> parts = new TokenSplitter(counter, most - overlap).split(text);
		List<String> chunks = new ArrayList<>();
		for (int i = 0; i < parts.size(); i++) {
			String part = parts.get(i);
			if (!part.isBlank()) {
				chunks.add((i == 0 || overlap == 0) ? part.strip()
						: overlapping(parts.get(i - 1), part, counter, most, overlap));
			}
		}
		return chunks;
	}

	/**
	 * The part behind the end of the one before it, which is made shorter in the rare
	 * case that both have more tokens together than each for itself.
	 */
	private static String overlapping(String before, String part, ToIntFunction<String> counter, int most,
			int overlap) {
		for (int room = overlap; room >= TokenSplitter.LEAST; room--) {
			String chunk = (new TokenSplitter(counter, room).end(before) + part).strip();
			if (counter.applyAsInt(chunk) <= most) {
				return chunk;
			}
		}
		return part.strip();
	}

}
