package io.github.llamaspring.boot.engine;

import java.util.OptionalInt;
import java.util.function.Consumer;

import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.SentenceEncoder;

/**
 * The model that turns an application's texts into vectors. Costs nothing until it is
 * first used: only then its file is fetched and loaded. Thread-safe.
 */
public interface EmbeddingEngine extends AutoCloseable {

	/** The reference of multilingual-e5-small, 72 MB. */
	String E5 = "e5";

	/**
	 * An engine that has not loaded anything yet.
	 * @param reference {@link #E5}, or as for {@link LlamaEngine#of}
	 * @param options how it is loaded; only kernel and threads apply
	 */
	static EmbeddingEngine of(String reference, ModelOptions options) {
		return new DefaultEmbeddingEngine(reference, new StoreModelSource(), options);
	}

	/**
	 * Which model this is, as configured.
	 */
	String reference();

	/**
	 * Where the model is; its context length is the tokens that are seen at once.
	 */
	EngineStatus status();

	/**
	 * Calls the listener with the status of now and with each later one, on the loading
	 * thread. It must not block.
	 */
	void onStatus(Consumer<? super EngineStatus> listener);

	/**
	 * Starts loading on a thread of its own. A failure is a status, and the next use
	 * tries again.
	 */
	void loadInBackground();

	/**
	 * The model, which is fetched and loaded before if need be; threads that come
	 * meanwhile wait for it.
	 * @throws EngineNotReadyException where that fails, with what went wrong as its
	 * cause; the next call tries again
	 */
	SentenceEncoder encoder();

	/**
	 * Numbers of a vector, where they are known without loading the model for them.
	 */
	OptionalInt knownDimensions();

	/**
	 * Gives the model back.
	 */
	@Override
	void close();

}
