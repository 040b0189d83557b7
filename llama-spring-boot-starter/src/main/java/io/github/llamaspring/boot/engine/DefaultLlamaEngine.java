package io.github.llamaspring.boot.engine;

import java.nio.file.Path;
import java.util.function.DoubleConsumer;

import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.ModelOptions;
import org.slf4j.LoggerFactory;

/**
 * Refuses requests until the model is there.
 */
final class DefaultLlamaEngine extends ModelLoader<LlamaModel> implements LlamaEngine {

	private final ModelOptions options;

	DefaultLlamaEngine(String reference, ModelSource source, ModelOptions options) {
		super("model", LoggerFactory.getLogger(LlamaEngine.class), reference, source);
		this.options = options;
	}

	@Override
	LlamaModel open(Path file, DoubleConsumer progress) {
		return LlamaModel.load(file, this.options.withProgress(progress));
	}

	@Override
	EngineStatus.Ready describe(String name, LlamaModel model) {
		return new EngineStatus.Ready(name, model.info(), model.contextLength());
	}

	@Override
	void release(LlamaModel model) {
		model.close();
	}

	@Override
	String afterFailure() {
		return "requests are refused";
	}

	@Override
	public LlamaModel model() {
		LlamaModel current = loaded();
		if (current == null) {
			throw notReady(null);
		}
		return current;
	}

}
