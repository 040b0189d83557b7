package io.github.llamaspring.examples.supportchat;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the demo model among the test data.
 */
final class TestModel {

	private static final String FILE = "SmolLM2-135M-Instruct.Q4_1.gguf";

	private TestModel() {
	}

	static String reference() {
		return path().toUri().toString();
	}

	/**
	 * Skips the test with a notice where there is no model, or fails it where there has
	 * to be one.
	 */
	static void require() {
		if (Files.isRegularFile(path())) {
			return;
		}
		String notice = "SKIPPED: no demo model at " + path() + "; set LLAMA_TESTDATA to the test data's folder";
		if (Boolean.parseBoolean(System.getenv("LLAMA_TESTDATA_REQUIRED"))) {
			Assertions.fail(notice);
		}
		System.out.println(notice);
		Assumptions.abort(notice);
	}

	private static Path path() {
		String data = System.getenv("LLAMA_TESTDATA");
		Path folder = (data != null) ? Path.of(data)
				: Path.of(System.getProperty("llama.project.root", "../.."), "../shared");
		return folder.resolve("models").resolve(FILE).toAbsolutePath().normalize();
	}

}
