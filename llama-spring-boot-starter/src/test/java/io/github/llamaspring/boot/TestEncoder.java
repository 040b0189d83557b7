package io.github.llamaspring.boot;

import java.nio.file.Files;
import java.nio.file.Path;

import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.llamaspring.core.store.ModelStore;
import org.junit.jupiter.api.Assumptions;

/**
 * The real sentence encoder, loaded once for all tests.
 */
public final class TestEncoder {

	private static EmbeddingEngine shared;

	private TestEncoder() {
	}

	/**
	 * The file in {@code LLAMA_ENCODER_MODEL}, else from the store's cache, which it
	 * comes into once.
	 */
	public static Path file() {
		String given = System.getenv("LLAMA_ENCODER_MODEL");
		String message = "skipped: there is no file " + given + " (LLAMA_ENCODER_MODEL)";
		if (given == null) {
			try {
				return ModelStore.ofSystem().resolve(EmbeddingEngine.E5).toAbsolutePath();
			}
			catch (ModelNotFoundException ex) {
				message = "skipped: " + ex.getMessage();
			}
		}
		else if (Files.exists(Path.of(given))) {
			return Path.of(given).toAbsolutePath();
		}
		if (Boolean.parseBoolean(System.getenv("LLAMA_ENCODER_REQUIRED"))) {
			throw new AssertionError(message);
		}
		System.out.println(message);
		Assumptions.abort(message);
		throw new AssertionError();
	}

	public static synchronized EmbeddingEngine engine() {
		if (shared == null) {
			shared = newEngine();
		}
		return shared;
	}

	/**
	 * An engine that has not loaded yet.
	 */
	public static EmbeddingEngine newEngine() {
		return EmbeddingEngine.of("file:" + file(), ModelOptions.DEFAULTS);
	}

	public static SentenceEncoder encoder() {
		return engine().encoder();
	}

}
