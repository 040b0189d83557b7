package io.github.llamaspring.boot.engine;

import java.util.function.Consumer;

import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.ModelOptions;

/**
 * The one model of an application, from its reference to the mapped weights. Thread-safe.
 */
public interface LlamaEngine extends AutoCloseable {

	/**
	 * An engine that has not loaded anything yet.
	 * @param reference {@code demo}, a path, {@code file:}, {@code https:} or
	 * {@code hf:owner/repo/file.gguf}, the latter two perhaps with {@code #sha256=}
	 * @param options how it is loaded
	 */
	static LlamaEngine of(String reference, ModelOptions options) {
		return new DefaultLlamaEngine(reference, new StoreModelSource(), options);
	}

	/**
	 * Which model this is, as configured.
	 */
	String reference();

	EngineStatus status();

	/**
	 * Calls the listener with the status of now and with each later one. It is called on
	 * the loading thread and must not block.
	 */
	void onStatus(Consumer<? super EngineStatus> listener);

	/**
	 * Fetches and loads the model and returns when it is ready; does nothing where it
	 * already is.
	 * @throws io.github.llamaspring.core.error.LlamaException where that fails
	 * @throws EngineNotReadyException where another thread was at it, and failed
	 */
	void load();

	/**
	 * Starts {@link #load()} on a thread of its own. A failure is a status.
	 */
	void loadInBackground();

	/**
	 * The model.
	 * @throws EngineNotReadyException while there is none
	 */
	LlamaModel model();

	/**
	 * Gives the model back.
	 */
	@Override
	void close();

}
