package io.github.llamaspring.core.tokenizer;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.gguf.GgufWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A vocabulary comes from a stranger: what does not fit together is refused by name.
 */
class DamagedVocabularyTests {

	@TempDir
	Path folder;

	private void refuses(Vocabularies vocabulary, String key) {
		assertThatThrownBy(() -> vocabulary.tokenizer(this.folder)).isInstanceOf(GgufFormatException.class)
			.hasMessageContaining("small.gguf")
			.hasMessageContaining("tokenizer.ggml." + key)
			.extracting(Throwable::getMessage)
			.asString()
			.hasLineCount(1);
	}

	private static Vocabularies changed(Vocabularies vocabulary, Consumer<Vocabularies> change) {
		change.accept(vocabulary);
		return vocabulary;
	}

	@Test
	void partsOfDifferentSizesAreRefused() {
		refuses(changed(Vocabularies.sentencePiece(), (it) -> it.types().removeLast()), "token_type");
		refuses(changed(Vocabularies.sentencePiece(), (it) -> it.types().add(1)), "token_type");
		refuses(changed(Vocabularies.sentencePiece(), (it) -> it.scores().removeLast()), "scores");
		refuses(changed(Vocabularies.bytePairs(), (it) -> it.pieces().add("x y")), "token_type");
	}

	@Test
	void valuesOutOfRangeAreRefused() {
		refuses(Vocabularies.sentencePiece().id("bos", 259), "bos_token_id");
		refuses(Vocabularies.sentencePiece().id("eos", -1), "eos_token_id");
		refuses(Vocabularies.bytePairs().id("eot", Integer.MAX_VALUE), "eot_token_id");
		refuses(Vocabularies.sentencePiece().add("x", 99, 0), "token_type");
		refuses(Vocabularies.sentencePiece().add("x", -1, 0), "token_type");
		refuses(Vocabularies.sentencePiece().add("x", 1, Float.NaN), "scores");
	}

	@Test
	void samePieceTwiceIsRefused() {
		refuses(Vocabularies.sentencePiece().add("a", 1, 0).add("a", 1, 0), "tokens");
		refuses(Vocabularies.bytePairs().add("<|eot_id|>", 1, 0), "tokens");
	}

	@Test
	void longPiecesAreRefusedWhereEachTextIsSearchedForThem() throws Exception {
		for (int type : new int[] { Vocabularies.CONTROL, Vocabularies.USER_DEFINED }) {
			refuses(Vocabularies.sentencePiece().add("x".repeat(1025), type, 0),
					"tokens' has a control or user-defined token 259");
			refuses(Vocabularies.bytePairs().add("x".repeat(4 << 20), type, 0), "tokens");
			Tokenizer tokenizer = Vocabularies.sentencePiece().add("x".repeat(1024), type, 0).tokenizer(this.folder);
			assertThat(tokenizer.encode("x".repeat(1024), true)).containsExactly(259);
		}
		Tokenizer tokenizer = Vocabularies.sentencePiece().add("x".repeat(1025), 1, 0).tokenizer(this.folder);
		assertThat(tokenizer.size()).isEqualTo(260);
	}

	@Test
	void specialTokensThatBeginAlikeAreAllFound() throws Exception {
		Tokenizer tokenizer = Vocabularies.sentencePiece()
			.add("<|a|>", Vocabularies.CONTROL, 0)
			.add("<|ab|>", Vocabularies.CONTROL, 0)
			.add("<|a", Vocabularies.CONTROL, 0)
			.add("<|", Vocabularies.USER_DEFINED, 0)
			.add("\uffff", Vocabularies.CONTROL, 0)
			.tokenizer(this.folder);
		assertThat(tokenizer.encode("<|a|><|ab|><|ab<|b\uffff<|", true)).startsWith(259, 260, 261)
			.endsWith(263, 262)
			.contains(262);
	}

	@Test
	void bytesThatAreNoneAreRefused() {
		refuses(Vocabularies.sentencePiece().add("<0xZZ>", Vocabularies.BYTE, 0), "tokens");
	}

	@Test
	void missingBytesMustNotBecomeControlTokens() {
		refuses(changed(Vocabularies.sentencePiece().id("unknown", 2), (it) -> it.types().set(200, 1)),
				"unknown_token_id");
		refuses(changed(Vocabularies.sentencePiece(), (it) -> it.types().set(200, 1)), "tokens");
	}

	@Test
	void mergesThatAreNoPairsAreRefused() {
		refuses(Vocabularies.bytePairs().rawMerge(""), "merges");
		refuses(Vocabularies.bytePairs().rawMerge("ab"), "merges");
		refuses(Vocabularies.bytePairs().rawMerge("a "), "merges");
		refuses(Vocabularies.bytePairs().rawMerge(" "), "merges");
	}

	@Test
	void unknownKindsAreRefused() throws Exception {
		for (String key : new String[] { "model", "pre" }) {
			GgufWriter writer = new GgufWriter().string("tokenizer.ggml.model", key.equals("model") ? "bert" : "gpt2")
				.string("tokenizer.ggml.pre", "no-such-splitter")
				.strings("tokenizer.ggml.tokens", "a")
				.strings("tokenizer.ggml.merges");
			try (GgufFile file = GgufFile.open(writer.write(this.folder.resolve("small.gguf")))) {
				assertThatThrownBy(() -> Tokenizer.of(file)).isInstanceOf(GgufFormatException.class)
					.hasMessageContaining("small.gguf")
					.hasMessageContaining("tokenizer.ggml." + key);
			}
		}
	}

	@Test
	void mergesLeadToNoControlToken() throws Exception {
		Tokenizer tokenizer = Vocabularies.bytePairs()
			.merge("<|", "eot")
			.merge("<|eot", "_")
			.merge("<|eot_", "i")
			.merge("<|eot_i", "d")
			.merge("<|eot_id", "|>")
			.tokenizer(this.folder);
		int[] ids = tokenizer.encode("<|eot_id|>", false);
		assertThat(ids).hasSizeGreaterThan(1);
		assertThat(Arrays.stream(ids).filter(tokenizer::isControl)).isEmpty();
		assertThat(tokenizer.encode("<|eot_id|>", true)).containsExactly(260);
	}

	@Test
	void scoresLeadToNoControlToken() throws Exception {
		Tokenizer tokenizer = Vocabularies.sentencePiece()
			.add("<", 1, -5)
			.add("/", 1, -5)
			.add("s", 1, -5)
			.add(">", 1, -5)
			.add("</", 1, -1)
			.add("s>", 1, -1)
			.add("<s", 1, -1)
			.tokenizer(this.folder);
		assertThat(Arrays.stream(tokenizer.encode("</s><s>", false)).filter(tokenizer::isControl)).isEmpty();
		assertThat(tokenizer.encode("</s><s>", true)).containsExactly(2, 1);
	}

	@Test
	void controlTokensThatAnOldConverterMarkedOtherwiseAreControlTokens() throws Exception {
		Vocabularies vocabulary = Vocabularies.sentencePiece().id("bos", 1);
		vocabulary.types().set(1, Vocabularies.NORMAL);
		int start = vocabulary.size();
		Tokenizer tokenizer = vocabulary.add("<|im_start|>", Vocabularies.USER_DEFINED, 0).tokenizer(this.folder);
		assertThat(tokenizer.encode("<s><|im_start|>", false)).doesNotContain(1, start);
		assertThat(tokenizer.encode("<s><|im_start|>", true)).containsExactly(1, start);
	}

	@Test
	void emptyPiecesAreNeverFound() throws Exception {
		Vocabularies vocabulary = Vocabularies.sentencePiece().add("", 1, 9).add("", 3, 9).add("", 4, 9);
		Tokenizer tokenizer = vocabulary.tokenizer(this.folder);
		assertThat(tokenizer.encode("", true)).isEmpty();
		assertThat(tokenizer.encode("ab", true)).doesNotContain(259, 260, 261).hasSize(5);
	}

}
