package io.github.llamaspring.guard.audit;

import java.util.Base64;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TextCipherTests {

	private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

	private static final String OTHER = Base64.getEncoder()
		.encodeToString("another key of thirty-two bytes!".getBytes());

	private static final UUID OWNER = UUID.randomUUID();

	private final TextCipher cipher = TextCipher.of("k1", KEY);

	@Test
	void readsWhatItWrote() {
		for (String text : new String[] { "", "Ich heiße Jürgen 😀", "x".repeat(100_000) }) {
			EncryptedText sealed = this.cipher.encrypt(text, OWNER);
			assertThat(sealed.keyId()).isEqualTo("k1");
			assertThat(this.cipher.decrypt(sealed, OWNER)).isEqualTo(text);
			assertThat(this.cipher.encrypt(text, OWNER).data()).isNotEqualTo(sealed.data());
			assertThat(Base64.getDecoder().decode(sealed.data()))
				.hasSize(12 + text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length + 16);
		}
	}

	@Test
	void saysWhyItCannotRead() {
		EncryptedText sealed = this.cipher.encrypt("my secret words", OWNER);
		assertThatExceptionOfType(TextCipherException.class)
			.isThrownBy(() -> TextCipher.of("k1", OTHER).decrypt(sealed, OWNER))
			.withMessageContaining("k1")
			.withMessageContaining("key is another one");
		assertThatExceptionOfType(TextCipherException.class)
			.isThrownBy(() -> TextCipher.of("k2", KEY).decrypt(sealed, OWNER))
			.withMessageContaining("encrypted with the key k1, but the key here is k2");
		assertThatExceptionOfType(TextCipherException.class)
			.isThrownBy(() -> this.cipher.decrypt(sealed, UUID.randomUUID()));
		byte[] bytes = Base64.getDecoder().decode(sealed.data());
		for (int i = 0; i < bytes.length; i++) {
			byte[] changed = bytes.clone();
			changed[i] ^= 1;
			EncryptedText forged = new EncryptedText("k1", Base64.getEncoder().encodeToString(changed));
			assertThatExceptionOfType(TextCipherException.class).isThrownBy(() -> this.cipher.decrypt(forged, OWNER));
		}
		for (String data : new String[] { "", "no base64 !", "AAAA" }) {
			assertThatExceptionOfType(TextCipherException.class)
				.isThrownBy(() -> this.cipher.decrypt(new EncryptedText("k1", data), OWNER));
		}
	}

	@Test
	void refusesOtherKeysWithoutTellingThem() {
		for (String key : new String[] { "", "my-short-password", Base64.getEncoder().encodeToString(new byte[16]) }) {
			assertThatExceptionOfType(TextCipherException.class).isThrownBy(() -> TextCipher.of("k1", key))
				.withMessageContaining("openssl rand -base64 32")
				.satisfies((ex) -> assertThat(ex.getMessage() + ex.getCause()).doesNotContain("my-short"));
		}
		assertThat(this.cipher.toString()).doesNotContain(KEY);
	}

	@Test
	void hashesStayTheSameWithTheKey() {
		assertThat(TextCipher.of("k2", KEY).hashes().hex("yes")).isEqualTo(this.cipher.hashes().hex("yes"));
		assertThat(TextCipher.of("k1", OTHER).hashes().hex("yes")).isNotEqualTo(this.cipher.hashes().hex("yes"));
	}

}
