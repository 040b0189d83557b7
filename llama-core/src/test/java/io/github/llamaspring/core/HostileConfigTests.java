package io.github.llamaspring.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.llamaspring.core.error.LlamaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A good model with one hyper-parameter changed.
 */
class HostileConfigTests {

	@TempDir
	Path folder;

	@ParameterizedTest
	@CsvSource({ "llama.embedding_length, 16777216", "llama.embedding_length, 0",
			"llama.feed_forward_length, 2147483647", "llama.attention.head_count, 65536",
			"llama.attention.head_count, 3", "llama.attention.head_count_kv, 3", "llama.attention.head_count_kv, 0",
			"llama.block_count, 4294967295", "llama.block_count, 2", "llama.block_count, 4", "llama.context_length, 0",
			"llama.rope.dimension_count, 31", "llama.rope.dimension_count, 64" })
	void aParameterThatFitsNothingIsNamed(String key, long value) throws IOException {
		Path file = changed(key, (int) value);
		assertThatExceptionOfType(LlamaException.class).isThrownBy(() -> LlamaModel.load(file, ModelOptions.DEFAULTS))
			.withMessageContaining("changed.gguf");
	}

	@Test
	void aHugeContextCostsNothingUntilItIsUsed() throws IOException {
		Path file = changed("llama.context_length", 1 << 30);
		try (LlamaModel model = LlamaModel.load(file, ModelOptions.DEFAULTS);
				LlamaSession session = model.newSession()) {
			assertThat(session.generate(GenerationRequest.ofText("Hello").withMaxTokens(2)).ids()).hasSize(2);
		}
	}

	private Path changed(String key, int value) throws IOException {
		byte[] bytes = Files.readAllBytes(TestFiles.path("data/engine/synth-q8_0.gguf"));
		String text = new String(bytes, StandardCharsets.ISO_8859_1);
		int at = text.indexOf(key) + key.length();
		ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
		assertThat(file.getInt(at)).as("type of " + key).isEqualTo(4);
		file.putInt(at + 4, value);
		return Files.write(this.folder.resolve("changed.gguf"), bytes);
	}

}
