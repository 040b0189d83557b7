package io.github.llamaspring.guard.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import io.github.llamaspring.guard.digest.HmacSha256;

/**
 * Encrypts texts that are kept: AES-256-GCM with a random nonce each, bound to the id of
 * the record that holds the text, so that it can't be moved to another one. Immutable and
 * thread-safe.
 */
public final class TextCipher {

	private static final int KEY_BYTES = 32;

	private static final int NONCE_BYTES = 12;

	private static final int TAG_BITS = 128;

	private static final int MAX_KEY_ID = 100;

	private final SecureRandom random = new SecureRandom();

	private final String keyId;

	private final byte[] key;

	private TextCipher(String keyId, byte[] key) {
		this.keyId = keyId;
		this.key = key;
	}

	/**
	 * A cipher with a key of the caller's.
	 * @param keyId names the key in records, so that it can be told from later ones; at
	 * most 100 characters
	 * @param key base64 of 32 random bytes, such as {@code openssl rand -base64 32}
	 * prints
	 * @throws TextCipherException if the key is something else
	 */
	public static TextCipher of(String keyId, String key) {
		if (keyId.isBlank() || keyId.length() > MAX_KEY_ID) {
			throw new TextCipherException("a key's id must have 1 to " + MAX_KEY_ID + " characters", null);
		}
		byte[] bytes;
		try {
			bytes = Base64.getDecoder().decode(key.strip());
		}
		catch (IllegalArgumentException ex) {
			// its message quotes the key
			throw new TextCipherException("the key " + keyId + " is not base64; openssl rand -base64 32 makes one",
					null);
		}
		if (bytes.length != KEY_BYTES) {
			throw new TextCipherException("the key " + keyId + " must have " + KEY_BYTES + " bytes, not " + bytes.length
					+ "; openssl rand -base64 32 makes one", null);
		}
		return new TextCipher(keyId, bytes);
	}

	public String keyId() {
		return this.keyId;
	}

	/**
	 * Hashes with a key made from this one, so that they stay the same as long as it
	 * does.
	 */
	public HmacSha256 hashes() {
		return HmacSha256.of(HmacSha256.of(this.key).hex("llama-guard text hash").getBytes(StandardCharsets.US_ASCII));
	}

	/**
	 * Encrypts a text; the same text gives something else each time.
	 * @param owner the id of the record that will hold it
	 */
	public EncryptedText encrypt(String text, UUID owner) {
		byte[] nonce = new byte[NONCE_BYTES];
		this.random.nextBytes(nonce);
		try {
			byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, owner).doFinal(text.getBytes(StandardCharsets.UTF_8));
			byte[] data = ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
			return new EncryptedText(this.keyId, Base64.getEncoder().encodeToString(data));
		}
		catch (GeneralSecurityException ex) {
			throw new TextCipherException("this Java can't encrypt with AES-256-GCM", ex);
		}
	}

	/**
	 * The text again.
	 * @param owner the id of the record that holds it
	 * @throws TextCipherException if it was encrypted with another key, belongs to
	 * another record or was changed
	 */
	public String decrypt(EncryptedText text, UUID owner) {
		if (!text.keyId().equals(this.keyId)) {
			throw new TextCipherException("the text of " + owner + " was encrypted with the key " + text.keyId()
					+ ", but the key here is " + this.keyId, null);
		}
		try {
			byte[] data = Base64.getDecoder().decode(text.data());
			if (data.length < NONCE_BYTES + TAG_BITS / 8) {
				throw new TextCipherException("the encrypted text of " + owner + " is cut off", null);
			}
			return new String(
					cipher(Cipher.DECRYPT_MODE, data, owner).doFinal(data, NONCE_BYTES, data.length - NONCE_BYTES),
					StandardCharsets.UTF_8);
		}
		catch (AEADBadTagException ex) {
			throw new TextCipherException("the text of " + owner + " can't be read with the key " + this.keyId
					+ ": the key is another one of that name, or the record was changed", ex);
		}
		catch (GeneralSecurityException | IllegalArgumentException ex) {
			throw new TextCipherException("the encrypted text of " + owner + " is damaged", ex);
		}
	}

	private Cipher cipher(int mode, byte[] nonce, UUID owner) throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(mode, new SecretKeySpec(this.key, "AES"), new GCMParameterSpec(TAG_BITS, nonce, 0, NONCE_BYTES));
		cipher.updateAAD(owner.toString().getBytes(StandardCharsets.US_ASCII));
		return cipher;
	}

	@Override
	public String toString() {
		return "TextCipher[" + this.keyId + "]";
	}

}
