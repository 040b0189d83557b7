package io.github.llamaspring.boot.autoconfigure;

import io.github.llamaspring.boot.engine.EngineNotReadyException;
import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.llamaspring.core.error.VectorModuleMissingException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says in plain words why the engine stopped the start, and what to do.
 */
final class LlamaFailureAnalyzer extends AbstractFailureAnalyzer<LlamaException> {

	private static final String LATER = " To start without the model and load it afterwards, set llama.startup=background.";

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable root, LlamaException cause) {
		// the chat model's failure comes as it is, the embedding model's wrapped
		return (findCause(root, EngineNotReadyException.class) != null) ? embedding(cause) : chat(cause);
	}

	private static @Nullable FailureAnalysis embedding(LlamaException cause) {
		String action = switch (cause) {
			case ModelNotFoundException _ ->
				"Point llama.embedding.model at a sentence encoder: e5, a path, file:, https:, or hf:owner/repo/file.gguf.";
			case GgufFormatException _ ->
				"The file is damaged, or holds no sentence encoder: fetch it again, or point llama.embedding.model at another.";
			case VectorModuleMissingException _ ->
				"Start the JVM with --add-modules=jdk.incubator.vector (for example in JDK_JAVA_OPTIONS), or set "
						+ "llama.embedding.kernel=auto, which is much slower without that module.";
			default -> null;
		};
		return (action == null) ? null
				: new FailureAnalysis("The embedding model could not be loaded: " + cause.getMessage(), action, cause);
	}

	private static @Nullable FailureAnalysis chat(LlamaException cause) {
		String action = switch (cause) {
			case ModelNotFoundException _ ->
				"Point llama.model at a GGUF file: a path, file:, https:, hf:owner/repo/file.gguf, or demo." + LATER;
			case GgufFormatException _ ->
				"The file is damaged, or no Llama model in GGUF format: fetch it again, or point llama.model at another."
						+ LATER;
			case VectorModuleMissingException _ ->
				"Start the JVM with --add-modules=jdk.incubator.vector (for example in JDK_JAVA_OPTIONS), or set "
						+ "llama.kernel=auto, which is much slower without that module.";
			default -> null;
		};
		return (action == null) ? null
				: new FailureAnalysis("The Llama model could not be loaded: " + cause.getMessage(), action, cause);
	}

}
