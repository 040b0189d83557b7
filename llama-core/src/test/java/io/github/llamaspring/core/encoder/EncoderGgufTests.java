package io.github.llamaspring.core.encoder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.SentenceVector;
import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.TextType;
import io.github.llamaspring.core.gguf.GgmlType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The encoder from GGUF files of the architecture {@code bert}.
 */
class EncoderGgufTests {

	private static final List<String> TEXTS = List.of("hello abc", "日本 é a b c", "x y", "a\tb", "\uFF41bc  ab",
			"b".repeat(70));

	@TempDir
	Path folder;

	@ParameterizedTest
	@EnumSource(value = GgmlType.class, names = { "F32", "Q8_0" })
	void aConvertedPackGivesThePacksVectors(GgmlType type) throws Exception {
		Path pack = TinyPack.write(this.folder.resolve("tiny.bin"));
		Path gguf = PackToGguf.write(pack, type, this.folder.resolve("tiny.gguf"));
		try (SentenceEncoder expected = SentenceEncoder.load(pack, ModelOptions.DEFAULTS);
				SentenceEncoder actual = SentenceEncoder.load(gguf, ModelOptions.DEFAULTS)) {
			assertThat(actual.info().tokenizer()).isEqualTo("unigram");
			for (String text : TEXTS) {
				SentenceVector vector = actual.encode(text, TextType.PLAIN);
				assertThat(vector.cosine(expected.encode(text, TextType.PLAIN))).as(text)
					.isGreaterThan((type == GgmlType.F32) ? 0.9999f : 0.999f);
			}
		}
	}

	@Test
	void spacesAndUnknownCharactersAreLlamaCpps() throws Exception {
		Path pack = TinyPack.write(this.folder.resolve("tiny.bin"));
		Path gguf = PackToGguf.write(pack, GgmlType.F32, this.folder.resolve("tiny.gguf"));
		try (EncoderFile file = EncoderFile.open(gguf)) {
			assertThat(file.tokenizer().encode("")).isEmpty();
			assertThat(file.tokenizer().encode("  ")).isEmpty();
			assertThat(file.tokenizer().encode("hello  ")).isEqualTo(file.tokenizer().encode("hello"));
			assertThat(file.tokenizer().encode("xyz")).hasSize(2).endsWith(3);
			assertThat(file.tokenizer().encode("</s>")).doesNotContain(2);
		}
	}

	/** The real model: its rules and its 250,002 pieces. */
	@ParameterizedTest
	@EnumSource(value = GgmlType.class, names = { "F32", "Q8_0" })
	void theRealModelConvertedHoldsTheExactAnswers(GgmlType type) throws Exception {
		Path golden = TestFiles.path("data/engine/e5.golden.json");
		Path gguf = PackToGguf.write(TestFiles.encoder(), type, this.folder.resolve("e5.gguf"));
		List<Double> cosines = new ArrayList<>();
		try (SentenceEncoder encoder = SentenceEncoder.load(gguf, ModelOptions.DEFAULTS)) {
			for (JsonNode example : JsonMapper.shared().readTree(golden.toFile()).get("cases")) {
				String text = example.get("text").asString();
				if (text.equals(text.strip()) && !text.isEmpty()) {
					TextType kind = example.get("type").asString().equals("query") ? TextType.QUERY : TextType.PASSAGE;
					SentenceVector vector = encoder.encode(text, kind);
					double sum = 0;
					for (int i = 0; i < vector.values().length; i++) {
						sum += vector.values()[i] * example.get("embedding").get(i).doubleValue();
					}
					if (vector.tokens() == example.get("ids").size()) {
						cosines.add(sum);
					}
				}
			}
			cosines.sort(null);
			System.out.println(type + ": " + cosines.size() + " texts, cosine at worst " + cosines.getFirst());
			assertThat(cosines).hasSizeGreaterThan(30);
			// Sums of scores are doubles here and floats in a pack: 50 times the same
			// letter
			// are cut at another place.
			assertThat(cosines.getFirst()).isGreaterThan(0.9997);
			assertThat(cosines.get(1)).isGreaterThan((type == GgmlType.F32) ? 0.99999 : 0.9999);
		}
	}

	/** With llama.cpp's own server, where LLAMA_CPP says its folder. */
	@ParameterizedTest
	@EnumSource(value = GgmlType.class, names = { "F32", "Q8_0" })
	void llamaServerGivesTheSameTokensAndVectors(GgmlType type) throws Exception {
		String folder = System.getenv("LLAMA_CPP");
		if (folder == null) {
			System.out.println("SKIPPED: no llama-server; set LLAMA_CPP to its folder");
			Assumptions.abort("no LLAMA_CPP");
		}
		Path golden = TestFiles.path("data/engine/e5.golden.json");
		Path gguf = PackToGguf.write(TestFiles.encoder(), type, this.folder.resolve("e5.gguf"));
		List<Float> cosines = new ArrayList<>();
		try (LlamaServer server = LlamaServer.start(Path.of(folder), gguf);
				SentenceEncoder encoder = SentenceEncoder.load(gguf, ModelOptions.DEFAULTS);
				EncoderFile file = EncoderFile.open(gguf)) {
			for (JsonNode example : JsonMapper.shared().readTree(golden.toFile()).get("cases")) {
				String text = "query: " + example.get("text").asString();
				int[] ids = file.tokenizer().encode(text);
				assertThat(ids).as(text).isEqualTo(server.tokens(text));
				if (ids.length <= encoder.windowTokens()) {
					SentenceVector vector = encoder.encode(text, TextType.PLAIN);
					cosines.add(vector.cosine(new SentenceVector(server.embedding(text), ids.length)));
				}
			}
		}
		cosines.sort(null);
		System.out.println(type + " against llama-server: " + cosines.size() + " texts, cosine at worst "
				+ cosines.getFirst() + ", in the median " + cosines.get(cosines.size() / 2));
		// It rounds activations to 8 bits where weights are.
		assertThat(cosines.getFirst()).isGreaterThan((type == GgmlType.F32) ? 0.9999f : 0.998f);
	}

}
