package io.github.llamaspring.examples.supportchat;

import java.nio.file.Files;
import java.nio.file.Path;

import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.llamaspring.core.store.ModelStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the sentence encoder: the file in {@code LLAMA_ENCODER_MODEL}, else the store's,
 * which fetches it once.
 */
public final class TestEncoder {

	private static final @Nullable Path FILE = find();

	private TestEncoder() {
	}

	/**
	 * The encoder, or a file that is not there.
	 */
	public static String reference() {
		return (FILE != null) ? FILE.toUri().toString() : "file:target/no-such-encoder.bin";
	}

	/**
	 * Skips the test with a notice where there is no encoder, or fails it where there has
	 * to be one.
	 */
	public static void require() {
		if (FILE != null) {
			return;
		}
		String notice = "SKIPPED: no sentence encoder; set LLAMA_ENCODER_MODEL to the path of e5-small-q4.bin";
		if (Boolean.parseBoolean(System.getenv("LLAMA_ENCODER_REQUIRED"))) {
			Assertions.fail(notice);
		}
		System.out.println(notice);
		Assumptions.abort(notice);
	}

	private static @Nullable Path find() {
		String given = System.getenv("LLAMA_ENCODER_MODEL");
		if (given != null) {
			Path file = Path.of(given).toAbsolutePath();
			return Files.isRegularFile(file) ? file : null;
		}
		try {
			return ModelStore.ofSystem().resolve(EmbeddingEngine.E5).toAbsolutePath();
		}
		catch (ModelNotFoundException ex) {
			return null;
		}
	}

}
