package io.github.llamaspring.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.llamaspring.core.encoder.TinyPack;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.error.ModelNotFoundException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * The encoder on a small model with random weights.
 */
class SentenceEncoderTests {

	private static final ModelOptions OPTIONS = ModelOptions.DEFAULTS.withThreads(2);

	@TempDir
	static Path folder;

	private static SentenceEncoder encoder;

	@BeforeAll
	static void load() throws Exception {
		encoder = SentenceEncoder.load(TinyPack.write(folder.resolve("tiny.bin")), OPTIONS);
	}

	@AfterAll
	static void close() {
		encoder.close();
	}

	@Test
	void vectorsHaveLengthOneAndSayHowManyTokensTheyAreOf() {
		SentenceVector vector = encoder.encode("hello abc", TextType.QUERY);
		double squares = 0;
		for (float value : vector.values()) {
			squares += (double) value * value;
		}
		assertThat(vector.values()).hasSize(encoder.dimensions());
		assertThat(squares).isCloseTo(1, within(1e-5));
		assertThat(vector.tokens()).isEqualTo(encoder.countTokens("query: hello abc"));
		assertThat(vector.cosine(vector)).isCloseTo(1, within(1e-5f));
	}

	@Test
	void theKindOfATextIsItsPrefix() {
		float[] query = encoder.encode("abc", TextType.QUERY).values();
		assertThat(encoder.encode("query: abc", TextType.PLAIN).values()).containsExactly(query);
		assertThat(encoder.encode("passage: abc", TextType.PLAIN).values())
			.containsExactly(encoder.encode("abc", TextType.PASSAGE).values());
	}

	@Test
	void manyTextsTogetherGiveWhatEachGivesAlone() {
		List<String> texts = new ArrayList<>();
		Random random = new Random(1);
		for (int i = 0; i < 150; i++) {
			StringBuilder text = new StringBuilder();
			for (int k = random.nextInt(i % 10 == 0 ? 200 : 12); k > 0; k--) {
				text.append(List.of("hello ", "abc", "é", "日本 ", "x", "a b ").get(random.nextInt(6)));
			}
			texts.add(text.toString());
		}
		List<SentenceVector> together = encoder.encode(texts, TextType.PASSAGE);
		assertThat(together).hasSameSizeAs(texts);
		for (int i = 0; i < texts.size(); i++) {
			SentenceVector alone = encoder.encode(texts.get(i), TextType.PASSAGE);
			assertThat(together.get(i).tokens()).isEqualTo(alone.tokens());
			assertThat(together.get(i).cosine(alone)).as(texts.get(i)).isCloseTo(1, within(2e-5f));
		}
		assertThat(encoder.encode(List.of(), TextType.QUERY)).isEmpty();
	}

	private static float[] raw(String text) {
		return encoder.encode(text, TextType.PLAIN).values();
	}

	@Test
	void rulesSpacesAndUnknownCharactersAreThePacks() {
		assertThat(encoder.countTokens("")).isEqualTo(1);
		assertThat(encoder.countTokens("   ")).isEqualTo(1);
		assertThat(raw("\uFF41bc")).containsExactly(raw("abc"));
		assertThat(raw("a\tb")).containsExactly(raw("a b"));
		assertThat(raw("a\u00AD\u00ADb")).containsExactly(raw("ab"));
		assertThat(raw("a   b")).containsExactly(raw("a b"));
		assertThat(raw("\ud800")).containsExactly(raw("\ufffd"));
		assertThat(encoder.countTokens("xyz")).isEqualTo(4);
	}

	@Test
	void noTextBecomesAControlToken() {
		int letters = "</s>".length();
		assertThat(encoder.countTokens("</s>")).isGreaterThanOrEqualTo(letters);
		assertThat(encoder.countTokens("<s>")).isGreaterThanOrEqualTo("<s>".length());
	}

	@Test
	void anyTextGivesAVector() {
		Random random = new Random(2);
		for (int i = 0; i < 300; i++) {
			StringBuilder text = new StringBuilder();
			for (int k = random.nextInt(60); k > 0; k--) {
				text.append((char) switch (random.nextInt(4)) {
					case 0 -> random.nextInt(0x80);
					case 1 -> 0xD800 + random.nextInt(0x800);
					default -> random.nextInt(0x10000);
				});
			}
			assertThat(encoder.encode(text.toString(), TextType.QUERY).values()).doesNotContain(Float.NaN);
		}
	}

	@Test
	void threadsTakeTurns() {
		List<String> texts = IntStream.range(0, 64).mapToObj((i) -> "hello " + "abc ".repeat(i)).toList();
		List<SentenceVector> expected = texts.stream().map((text) -> encoder.encode(text, TextType.QUERY)).toList();
		List<SentenceVector> actual = new ArrayList<>(Collections.nCopies(texts.size(), null));
		List<Thread> threads = new ArrayList<>();
		for (int t = 0; t < 8; t++) {
			int first = t;
			threads.add(Thread.startVirtualThread(() -> {
				for (int i = first; i < texts.size(); i += 8) {
					actual.set(i, encoder.encode(texts.get(i), TextType.QUERY));
				}
			}));
		}
		threads.forEach((thread) -> {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		});
		for (int i = 0; i < texts.size(); i++) {
			assertThat(actual.get(i).values()).containsExactly(expected.get(i).values());
		}
	}

	@Test
	void tooLongTextsAndClosedEncodersAreRefused() throws Exception {
		String text = "a".repeat(SentenceEncoder.MAX_TEXT + 1);
		assertThatIllegalArgumentException().isThrownBy(() -> encoder.encode(text, TextType.QUERY))
			.withMessageContaining("cut it");
		assertThatIllegalArgumentException().isThrownBy(() -> encoder.countTokens(text));
		SentenceEncoder closed = SentenceEncoder.load(folder.resolve("tiny.bin"), OPTIONS);
		closed.close();
		closed.close();
		assertThatIllegalStateException().isThrownBy(() -> closed.encode("a", TextType.QUERY))
			.withMessageContaining("tiny.bin is closed");
		assertThatExceptionOfType(ModelNotFoundException.class)
			.isThrownBy(() -> SentenceEncoder.load(folder.resolve("none.bin"), OPTIONS))
			.withMessageContaining("none.bin does not exist");
	}

	@Test
	void weightsThatAreNoNumbersAreReported() throws Exception {
		byte[] bytes = TinyPack.bytes();
		String name = "emb.pos";
		int entry = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(name) + name.length();
		ByteBuffer pack = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
		pack.putFloat((int) pack.getLong(entry + 5), Float.NaN);
		Path file = Files.write(folder.resolve("nan.bin"), bytes);
		try (SentenceEncoder damaged = SentenceEncoder.load(file, OPTIONS)) {
			assertThatExceptionOfType(LlamaException.class).isThrownBy(() -> damaged.encode("a", TextType.QUERY))
				.withMessageContaining("nan.bin")
				.withMessageContaining("fetch the file again");
		}
	}

	@Test
	void scalarAndVectorKernelsAgree() {
		List<String> texts = List.of("", "hello", "abc abc é 日本", "b".repeat(100));
		try (SentenceEncoder scalar = SentenceEncoder.load(folder.resolve("tiny.bin"),
				OPTIONS.withKernel(ModelOptions.KernelChoice.SCALAR))) {
			assertThat(scalar.info().kernel()).isEqualTo("scalar");
			for (String text : texts) {
				assertThat(scalar.encode(text, TextType.PASSAGE).cosine(encoder.encode(text, TextType.PASSAGE)))
					.isCloseTo(1, within(2e-5f));
			}
		}
	}

}
