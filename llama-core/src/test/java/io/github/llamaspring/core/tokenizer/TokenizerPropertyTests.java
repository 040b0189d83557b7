package io.github.llamaspring.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.github.llamaspring.core.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for every text.
 */
class TokenizerPropertyTests {

	private static final String[] PARTS = { "<|im_start|>", "<|im_end|>", "<s>", "</s>", "<unk>", "<|endoftext|>",
			"<0x0A>", "[INST]", "\u2581", " ", "  ", "\n", "\r\n", "\t", "a", "ß", "İ", "日本", "👩‍👧", "\ud83d",
			"\udc00", "0", "1234", "'s", "\u0000", "\u00a0", "\ufffd", "\ufeff" };

	private static String random(Random random) {
		StringBuilder text = new StringBuilder();
		for (int i = random.nextInt(12); i > 0; i--) {
			String part = PARTS[random.nextInt(PARTS.length)];
			switch (random.nextInt(4)) {
				case 0 -> text.append(part, 0, random.nextInt(part.length() + 1));
				case 1 -> text.append((char) random.nextInt(Character.MIN_SURROGATE));
				default -> text.append(part);
			}
		}
		return text.toString();
	}

	@ParameterizedTest
	@ValueSource(strings = { TestFiles.LLAMA2, TestFiles.GPT2, TestFiles.SMOLLM2 })
	void textIsItsTokensAndNeverAControlToken(String name) {
		Tokenizer tokenizer = TokenizerGoldenTests.tokenizer(name);
		String prefix = (tokenizer instanceof SentencePieceTokenizer) ? " " : "";
		Random random = new Random(7);
		for (int round = 0; round < 3000; round++) {
			String text = random(random);
			int[] ids = tokenizer.encode(text, false);
			assertThat(Arrays.stream(ids).filter(tokenizer::isControl)).as(text).isEmpty();
			if (name.equals(TestFiles.SMOLLM2)) {
				// It has no tokens for some bytes, and leaves them out.
				continue;
			}
			String expected = text.isEmpty() ? "" : prefix + Surrogates.replaceLone(text);
			// SentencePiece writes spaces with this letter, so it cannot tell them apart.
			assertThat(decode(tokenizer, ids)).isEqualTo(prefix.isEmpty() ? expected : expected.replace('\u2581', ' '));
		}
	}

	private static String decode(Tokenizer tokenizer, int[] ids) {
		Decoder decoder = tokenizer.newDecoder();
		StringBuilder text = new StringBuilder();
		for (int id : ids) {
			text.append(decoder.append(id));
		}
		return text.append(decoder.flush()).toString();
	}

	@ParameterizedTest
	@ValueSource(strings = { TestFiles.LLAMA2, TestFiles.SMOLLM2 })
	@Timeout(value = 180, unit = TimeUnit.SECONDS)
	void longInputsFinish(String name) {
		Tokenizer tokenizer = TokenizerGoldenTests.tokenizer(name);
		for (String part : List.of("a", "A", " ", "\n", " \n", "7", "👩", "é", "!", "<", "<|im_start|>", "</s>",
				"<|im_start", "\ud83d", "'s", "\u2581")) {
			String text = part.repeat((1 << 20) / part.length());
			int[] ids = tokenizer.encode(text, false);
			assertThat(ids).isNotEmpty();
			assertThat(Arrays.stream(ids).filter(tokenizer::isControl)).isEmpty();
			if (part.startsWith("<")) {
				assertThat(tokenizer.encode(text, true)).isNotEmpty();
			}
		}
	}

	@Test
	void decoderHoldsIncompleteSequencesBack(@TempDir Path folder) throws Exception {
		Tokenizer tokenizer = Vocabularies.sentencePiece().tokenizer(folder);
		Decoder decoder = tokenizer.newDecoder();
		byte[] emoji = "🚴".getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < 3; i++) {
			assertThat(decoder.append(id(emoji[i]))).isEmpty();
		}
		assertThat(decoder.append(id(emoji[3]))).isEqualTo("🚴");
		assertThat(decoder.flush()).isEmpty();
	}

	@Test
	void decoderReplacesWhatIsNoUtf8(@TempDir Path folder) throws Exception {
		Tokenizer tokenizer = Vocabularies.sentencePiece().add("\u2581x", 1, 0).tokenizer(folder);
		Decoder decoder = tokenizer.newDecoder();
		assertThat(decoder.append(id((byte) 0x80))).isEqualTo("\ufffd");
		assertThat(decoder.append(id((byte) 0xff))).isEqualTo("\ufffd");
		// The beginning of a sequence, cut off by a text, a control token and the end.
		assertThat(decoder.append(id((byte) 0xf0))).isEmpty();
		assertThat(decoder.append(259)).isEqualTo("\ufffd x");
		assertThat(decoder.append(id((byte) 0xe2))).isEmpty();
		assertThat(decoder.append(2)).isEmpty();
		assertThat(decoder.append(id((byte) 0x82))).isEmpty();
		assertThat(decoder.flush()).isEqualTo("\ufffd");
		assertThat(decoder.append(259)).isEqualTo(" x");
	}

	@Test
	void decodingInPiecesIsDecodingAtOnce(@TempDir Path folder) throws Exception {
		Tokenizer tokenizer = Vocabularies.sentencePiece().tokenizer(folder);
		Random random = new Random(3);
		for (int round = 0; round < 2000; round++) {
			byte[] bytes = new byte[random.nextInt(12)];
			random.nextBytes(bytes);
			for (int i = 0; i < bytes.length; i++) {
				bytes[i] |= (byte) (random.nextInt(3) > 0 ? 0x80 : 0);
			}
			int[] ids = new int[bytes.length];
			for (int i = 0; i < ids.length; i++) {
				ids[i] = id(bytes[i]);
			}
			assertThat(decode(tokenizer, ids)).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
		}
	}

	private static int id(byte value) {
		return 3 + (value & 0xff);
	}

}
