package io.github.llamaspring.guard.audit;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.digest.HmacSha256;

/**
 * What events hold of texts.
 *
 * @param hashes by which texts and conversations are known in events
 * @param cipher encrypts texts that are kept; null keeps none
 */
public record AuditOptions(HmacSha256 hashes, @Nullable TextCipher cipher) {

	public AuditOptions {
		Objects.requireNonNull(hashes, "hashes");
	}

	/**
	 * No texts; hashes can be compared within this process only.
	 */
	public static AuditOptions contentFree() {
		return new AuditOptions(HmacSha256.random(), null);
	}

	/**
	 * No texts; hashes can be compared wherever the key is the same.
	 * @param key of 16 bytes or more
	 */
	public static AuditOptions contentFree(byte[] key) {
		return new AuditOptions(HmacSha256.of(key), null);
	}

	/**
	 * Texts are kept encrypted; hashes can be compared wherever the cipher's key is the
	 * same.
	 */
	public static AuditOptions encrypted(TextCipher cipher) {
		return new AuditOptions(cipher.hashes(), cipher);
	}

}
