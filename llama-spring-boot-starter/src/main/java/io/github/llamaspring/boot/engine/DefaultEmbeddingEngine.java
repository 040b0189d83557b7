package io.github.llamaspring.boot.engine;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;

import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.error.LlamaException;
import org.slf4j.LoggerFactory;

/**
 * Loads the model when it is first asked for.
 */
final class DefaultEmbeddingEngine extends ModelLoader<SentenceEncoder> implements EmbeddingEngine {

	/** Vector stores ask at the start, when nobody should wait for a download. */
	private static final int E5_DIMENSIONS = 384;

	private final ModelOptions options;

	DefaultEmbeddingEngine(String reference, ModelSource source, ModelOptions options) {
		super("embedding model", LoggerFactory.getLogger(EmbeddingEngine.class), reference, source);
		this.options = options;
	}

	@Override
	SentenceEncoder open(Path file, DoubleConsumer progress) {
		return SentenceEncoder.load(file, this.options.withProgress(progress));
	}

	@Override
	EngineStatus.Ready describe(String name, SentenceEncoder model) {
		return new EngineStatus.Ready(name, model.info(), model.windowTokens());
	}

	@Override
	void release(SentenceEncoder model) {
		model.close();
	}

	@Override
	String afterFailure() {
		return "its first use tries again";
	}

	@Override
	public SentenceEncoder encoder() {
		SentenceEncoder current = loaded();
		if (current == null) {
			try {
				load();
			}
			catch (LlamaException ex) {
				throw notReady(ex);
			}
			current = loaded();
		}
		if (current == null) {
			throw notReady(null);
		}
		return current;
	}

	@Override
	public OptionalInt knownDimensions() {
		SentenceEncoder current = loaded();
		if (current != null) {
			return OptionalInt.of(current.dimensions());
		}
		return reference().equals(E5) ? OptionalInt.of(E5_DIMENSIONS) : OptionalInt.empty();
	}

}
