package io.github.llamaspring.guard.digest;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HmacSha256Tests {

	@Test
	void computesTheExampleOfRfc4231() {
		byte[] key = new byte[20];
		java.util.Arrays.fill(key, (byte) 0x0b);
		assertThat(HmacSha256.of(key).hex("Hi There"))
			.isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	}

	@Test
	void piecesMakeNoDifference() {
		HmacSha256 hashes = HmacSha256.random();
		Random random = new Random(1);
		for (int i = 0; i < 50; i++) {
			StringBuilder text = new StringBuilder();
			for (int k = 0; k < random.nextInt(20_000); k++) {
				text.appendCodePoint(
						random.nextInt(4) == 0 ? 0x1F600 + random.nextInt(50) : 0xD700 + random.nextInt(512));
			}
			HmacSha256.Running running = hashes.start();
			int from = 0;
			while (from < text.length()) {
				int to = Math.min(text.length(), from + random.nextInt(3000));
				running.add(text.substring(from, to));
				from = to;
			}
			assertThat(running.hex()).isEqualTo(hashes.hex(text.toString()));
		}
	}

	@Test
	void whoHasNotTheKeyCannotGuess() {
		assertThat(HmacSha256.random().hex("yes")).isNotEqualTo(HmacSha256.random().hex("yes"))
			.isNotEqualTo(Sha256.hex("yes"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> HmacSha256.of("short".getBytes(StandardCharsets.US_ASCII)))
			.withMessageContaining("16 bytes");
	}

}
