package io.github.llamaspring.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.TestFiles;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Token ids against those of llama.cpp.
 */
class TokenizerGoldenTests {

	static Tokenizer tokenizer(String name) {
		try (GgufFile file = GgufFile.open(TestFiles.path(name))) {
			return Tokenizer.of(file);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { TestFiles.LLAMA2, TestFiles.GPT2 })
	void givesTheIdsOfLlamaCpp(String name) throws Exception {
		Tokenizer tokenizer = tokenizer(name);
		Path in = TestFiles.path(name + ".inp");
		String[] texts = Files.readString(in).split("\n__ggml_vocab_test__\n", -1);
		String[] lines = Files.readString(TestFiles.path(name + ".out")).split("\n");
		SoftAssertions softly = new SoftAssertions();
		for (int i = 0; i < lines.length; i++) {
			int[] expected = Arrays.stream(lines[i].trim().split(" "))
				.filter((id) -> !id.isEmpty())
				.mapToInt(Integer::parseInt)
				.toArray();
			softly.assertThat(tokenizer.encode(texts[i], false)).as("text %d: %s", i, texts[i]).isEqualTo(expected);
		}
		softly.assertThat(lines.length).isGreaterThan(40);
		softly.assertAll();
	}

	@Test
	void givesTheIdsOfSmolLm2() throws Exception {
		Tokenizer tokenizer = tokenizer(TestFiles.SMOLLM2);
		JsonNode golden = new ObjectMapper().readTree(Files.readString(TestFiles.path(TestFiles.SMOLLM2_GOLDEN)));
		SoftAssertions softly = new SoftAssertions();
		for (JsonNode row : golden.get("tokenize")) {
			boolean special = row.path("special").asBoolean(false);
			int[] expected = row.get("ids").valueStream().mapToInt(JsonNode::asInt).toArray();
			softly.assertThat(tokenizer.encode(row.get("text").asString(), special))
				.as(row.get("text").asString())
				.isEqualTo(expected);
		}
		for (JsonNode row : golden.get("greedy")) {
			int[] expected = row.get("ids").valueStream().mapToInt(JsonNode::asInt).toArray();
			boolean special = row.path("special").asBoolean(false);
			softly.assertThat(tokenizer.encode(row.get("text").asString(), special)).isEqualTo(expected);
		}
		softly.assertAll();
	}

	@ParameterizedTest
	@ValueSource(strings = { TestFiles.LLAMA2, TestFiles.GPT2, TestFiles.SMOLLM2 })
	void everyTokenStandsForWhatItsTextEncodesTo(String name) {
		Tokenizer tokenizer = tokenizer(name);
		for (int id = 0; id < tokenizer.size(); id++) {
			byte[] bytes = tokenizer.bytes(id);
			String text = new String(bytes, StandardCharsets.UTF_8);
			if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
				continue;
			}
			int[] ids = tokenizer.encode(text, false);
			Decoder decoder = tokenizer.newDecoder();
			StringBuilder decoded = new StringBuilder();
			for (int part : ids) {
				assertThat(tokenizer.isControl(part)).as("token %d in %s", part, text).isFalse();
				decoded.append(decoder.append(part));
			}
			decoded.append(decoder.flush());
			boolean prefixed = tokenizer instanceof SentencePieceTokenizer;
			assertThat(decoded.toString()).isEqualTo(prefixed ? " " + text : text);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { TestFiles.GPT2, TestFiles.SMOLLM2 })
	void controlTokensAreFoundOnlyWhenAskedFor(String name) {
		Tokenizer tokenizer = tokenizer(name);
		for (int id = 0; id < tokenizer.size(); id++) {
			if (tokenizer.isControl(id)) {
				String piece = tokenizer.vocabulary().piece(id);
				assertThat(tokenizer.encode(piece, true)).containsExactly(id);
				assertThat(tokenizer.encode(piece, false)).hasSizeGreaterThan(1);
			}
		}
	}

}
