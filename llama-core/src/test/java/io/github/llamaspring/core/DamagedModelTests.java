package io.github.llamaspring.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.github.llamaspring.core.error.LlamaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Two hundred damaged files, reproducible: each loads and answers or fails with a typed,
 * one-line error that names the file.
 */
class DamagedModelTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	@TempDir
	Path folder;

	@Test
	void eachOfTwoHundredDamagedFilesAnswersOrFailsClearly() throws IOException {
		byte[] whole = Files.readAllBytes(TestFiles.path("data/engine/synth-q4_0.gguf"));
		Random random = new Random(20261122);
		int header = 150_000;
		int refused = 0;
		for (int i = 0; i < 200; i++) {
			byte[] damaged = switch (i % 4) {
				case 0 -> Arrays.copyOf(whole, random.nextInt(i % 8 == 0 ? whole.length : header));
				case 1 -> flipped(whole, random, header, 1 + random.nextInt(20));
				case 2 -> huge(whole, random, header);
				default -> flipped(whole, random, 2000, 3);
			};
			Path path = Files.write(this.folder.resolve("damaged-" + i + ".gguf"), damaged);
			refused += isRefused(path) ? 1 : 0;
			Files.delete(path);
		}
		assertThat(refused).as("files refused").isBetween(80, 199);
	}

	private static byte[] flipped(byte[] whole, Random random, int within, int count) {
		byte[] damaged = whole.clone();
		for (int i = 0; i < count; i++) {
			damaged[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
		}
		return damaged;
	}

	/** Counts and lengths set to huge values: those of the file, or anywhere. */
	private static byte[] huge(byte[] whole, Random random, int header) {
		byte[] damaged = whole.clone();
		long[] values = { -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62, 1L << 40, 0xffff_ffffL, 1L << 31 };
		int at = switch (random.nextInt(4)) {
			case 0 -> 8;
			case 1 -> 16;
			case 2 -> 24;
			default -> 24 + random.nextInt(header);
		};
		ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putLong(at, values[random.nextInt(values.length)]);
		return damaged;
	}

	private static boolean isRefused(Path path) {
		return assertTimeoutPreemptively(LIMIT, () -> {
			try (LlamaModel model = LlamaModel.load(path, ModelOptions.DEFAULTS);
					LlamaSession session = model.newSession()) {
				session.generate(GenerationRequest.ofTokens(List.of(1, 400, 500)).withMaxTokens(2), null, null);
				session.generate(GenerationRequest.ofText("Hello").withMaxTokens(2), null, null);
				return false;
			}
			catch (LlamaException ex) {
				assertThat(ex.getMessage()).doesNotContain("\n").hasSizeLessThan(600);
				return true;
			}
			catch (IllegalArgumentException ex) {
				// Such as a vocabulary that became smaller than the prompt's tokens.
				assertThat(ex.getMessage()).contains("token").doesNotContain("\n");
				return true;
			}
		});
	}

}
