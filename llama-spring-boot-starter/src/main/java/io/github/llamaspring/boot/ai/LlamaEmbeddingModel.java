package io.github.llamaspring.boot.ai;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.core.SentenceVector;
import io.github.llamaspring.core.TextType;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.embedding.observation.DefaultEmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationDocumentation;

/**
 * The sentence encoder as a Spring AI embedding model. Its model is trained to find
 * passages by questions and wants to know which of the two a text is: documents are
 * {@linkplain TextType#PASSAGE passages}, strings are {@linkplain TextType#QUERY
 * questions}, as vector stores call it; {@link LlamaEmbeddingOptions} say otherwise.
 * Strings of one kind are compared as questions, too.
 * <p>
 * Vectors have the length 1. A text longer than the model's window is embedded in parts.
 * Of a blank text there is no more to embed than its type. The first use loads the model;
 * where that fails, an {@link io.github.llamaspring.boot.engine.EngineNotReadyException}
 * says why. Thread-safe.
 */
public final class LlamaEmbeddingModel extends AbstractEmbeddingModel {

	private static final EmbeddingModelObservationConvention CONVENTION = new DefaultEmbeddingModelObservationConvention();

	private final EmbeddingEngine engine;

	private final boolean prefixes;

	private final ObservationRegistry observations;

	private final @Nullable EmbeddingModelObservationConvention convention;

	/**
	 * @param prefixes whether the model was trained with prefixes, as E5 was; without
	 * them questions and passages are all the same
	 */
	public LlamaEmbeddingModel(EmbeddingEngine engine, boolean prefixes, ObservationRegistry observations,
			@Nullable EmbeddingModelObservationConvention convention) {
		this.engine = engine;
		this.prefixes = prefixes;
		this.observations = observations;
		this.convention = convention;
	}

	/**
	 * The vectors of texts, in their order. No texts give no vectors.
	 * @throws IllegalArgumentException if a text is null or longer than
	 * {@link io.github.llamaspring.core.SentenceEncoder#MAX_TEXT}, or the options want
	 * another model or other dimensions
	 */
	@Override
	public EmbeddingResponse call(EmbeddingRequest given) {
		EmbeddingRequest request = complete(given);
		EmbeddingModelObservationContext context = EmbeddingModelObservationContext.builder()
			.embeddingRequest(request)
			.provider(LlamaChatModel.PROVIDER)
			.build();
		return Objects.requireNonNull(EmbeddingModelObservationDocumentation.EMBEDDING_MODEL_OPERATION
			.observation(this.convention, CONVENTION, () -> context, this.observations)
			.observe(() -> {
				EmbeddingResponse response = embed(request);
				context.setResponse(response);
				return response;
			}));
	}

	/**
	 * The request with options of our own kind that name model and type.
	 */
	private EmbeddingRequest complete(EmbeddingRequest given) {
		List<String> texts = given.getInstructions();
		for (int i = 0; i < texts.size(); i++) {
			if (texts.get(i) == null) {
				throw new IllegalArgumentException("Text " + (i + 1) + " of " + texts.size()
						+ " is null: give its text, or leave it out (this model reads text only)");
			}
		}
		LlamaEmbeddingOptions options = LlamaEmbeddingOptions.of(given.getOptions(), TextType.QUERY);
		String model = options.model();
		if (model != null && !model.equals(this.engine.reference())) {
			throw new IllegalArgumentException("The options want the embedding model '" + model + "', but there is '"
					+ this.engine.reference() + "': leave the model out, or set llama.embedding.model");
		}
		Integer wanted = options.dimensions();
		if (wanted != null && wanted != dimensions()) {
			throw new IllegalArgumentException("The options want vectors of " + wanted + " numbers, but '"
					+ this.engine.reference() + "' makes " + dimensions() + ": leave the dimensions out");
		}
		return new EmbeddingRequest(texts,
				new LlamaEmbeddingOptions(this.engine.reference(), wanted, options.textType()));
	}

	private EmbeddingResponse embed(EmbeddingRequest request) {
		LlamaEmbeddingOptions options = (LlamaEmbeddingOptions) Objects.requireNonNull(request.getOptions());
		TextType type = this.prefixes ? Objects.requireNonNull(options.textType()) : TextType.PLAIN;
		List<String> texts = request.getInstructions();
		List<SentenceVector> vectors = texts.isEmpty() ? List.of() : this.engine.encoder().encode(texts, type);
		List<Embedding> embeddings = new ArrayList<>(vectors.size());
		int tokens = 0;
		for (SentenceVector vector : vectors) {
			embeddings.add(new Embedding(vector.values(), embeddings.size()));
			tokens += vector.tokens();
		}
		return new EmbeddingResponse(embeddings,
				new EmbeddingResponseMetadata(this.engine.reference(), new DefaultUsage(tokens, 0)));
	}

	/**
	 * The vector of a document's text, without its metadata.
	 */
	@Override
	public float[] embed(Document document) {
		return embed(List.of(document), null, List::of).getFirst();
	}

	@Override
	public List<float[]> embed(List<Document> documents, @Nullable EmbeddingOptions options,
			BatchingStrategy batchingStrategy) {
		documents.forEach(LlamaEmbeddingModel::requireText);
		return super.embed(documents, LlamaEmbeddingOptions.of(options, TextType.PASSAGE), batchingStrategy);
	}

	static void requireText(Document document) {
		if (!document.isText()) {
			throw new IllegalArgumentException("The document " + document.getId()
					+ " holds media, but this model reads text only: leave it out, or describe it in words");
		}
	}

	/**
	 * Numbers of a vector: known of the model {@code e5}, of others only when loaded.
	 */
	@Override
	public int dimensions() {
		return this.engine.knownDimensions().orElseGet(() -> this.engine.encoder().dimensions());
	}

}
