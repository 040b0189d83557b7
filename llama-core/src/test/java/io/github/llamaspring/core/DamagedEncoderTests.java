package io.github.llamaspring.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

import io.github.llamaspring.core.encoder.PackToGguf;
import io.github.llamaspring.core.encoder.TinyPack;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.gguf.GgmlType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Damaged encoder files, reproducible: each loads and gives vectors or fails with a
 * typed, one-line error that names the file.
 */
class DamagedEncoderTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final int FILES = 300;

	@TempDir
	Path folder;

	@ParameterizedTest
	@ValueSource(strings = { "pack", "gguf" })
	void eachDamagedFileGivesVectorsOrFailsClearly(String kind) throws IOException {
		Path pack = TinyPack.write(this.folder.resolve("tiny.bin"));
		byte[] whole = Files
			.readAllBytes(kind.equals("pack") ? pack : PackToGguf.write(pack, GgmlType.Q8_0, this.folder.resolve("t")));
		Random random = new Random(20261123);
		int refused = 0;
		for (int i = 0; i < FILES; i++) {
			byte[] damaged = damaged(whole, random, i);
			Path path = Files.write(this.folder.resolve("damaged-" + i), damaged);
			refused += isRefused(path) ? 1 : 0;
			Files.delete(path);
		}
		System.out.println(refused + " of " + FILES + " refused");
		assertThat(refused).as("files refused").isBetween(FILES / 3, FILES - 1);
	}

	private static byte[] damaged(byte[] whole, Random random, int turn) {
		int header = Math.min(4000, whole.length);
		if (turn % 3 == 0) {
			return Arrays.copyOf(whole, random.nextInt((turn % 2 == 0) ? whole.length : header));
		}
		byte[] damaged = whole.clone();
		if (turn % 3 == 1) {
			long[] values = { -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62, 1L << 40, 0xffff_ffffL, 1L << 31 };
			ByteBuffer.wrap(damaged)
				.order(ByteOrder.LITTLE_ENDIAN)
				.putLong(4 + random.nextInt((turn % 2 == 0) ? 80 : header - 12), values[random.nextInt(values.length)]);
			return damaged;
		}
		for (int k = random.nextInt(8); k >= 0; k--) {
			damaged[4 + random.nextInt(header - 4)] ^= (byte) (1 << random.nextInt(8));
		}
		return damaged;
	}

	private static boolean isRefused(Path path) {
		return assertTimeoutPreemptively(LIMIT, () -> {
			try (SentenceEncoder encoder = SentenceEncoder.load(path, ModelOptions.DEFAULTS.withThreads(2))) {
				SentenceVector vector = encoder.encode("hello abc 日本 \uFF41", TextType.QUERY);
				assertThat(vector.values()).hasSize(encoder.dimensions());
				encoder.encode("b".repeat(500), TextType.PASSAGE);
				return false;
			}
			catch (LlamaException ex) {
				assertThat(ex.getMessage()).contains(path.getFileName().toString()).doesNotContain("\n");
				return true;
			}
		});
	}

}
