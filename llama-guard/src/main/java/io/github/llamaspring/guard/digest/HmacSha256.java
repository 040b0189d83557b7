package io.github.llamaspring.guard.digest;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256: a hash that only who has the key can compute, so that a short text can't
 * be found by hashing guesses. Immutable and thread-safe.
 */
public final class HmacSha256 {

	private static final String ALGORITHM = "HmacSHA256";

	/** Characters encoded at once, so that a long text is not copied whole. */
	private static final int STEP = 8192;

	private final SecretKeySpec key;

	private HmacSha256(byte[] key) {
		this.key = new SecretKeySpec(key, ALGORITHM);
	}

	/**
	 * With a key that nobody knows and that is gone with the process.
	 */
	public static HmacSha256 random() {
		byte[] key = new byte[32];
		new SecureRandom().nextBytes(key);
		return new HmacSha256(key);
	}

	/**
	 * With a key of 16 bytes or more.
	 * @throws IllegalArgumentException if the key is shorter
	 */
	public static HmacSha256 of(byte[] key) {
		if (key.length < 16) {
			throw new IllegalArgumentException("a key for hashes needs 16 bytes or more, not " + key.length);
		}
		return new HmacSha256(key.clone());
	}

	/**
	 * The hash of a text in UTF-8, in hexadecimal digits.
	 */
	public String hex(String text) {
		Running running = start();
		running.add(text);
		return running.hex();
	}

	/**
	 * Begins the hash of a text that comes in pieces.
	 */
	public Running start() {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			return new Running(mac);
		}
		catch (NoSuchAlgorithmException | InvalidKeyException ex) {
			throw new IllegalStateException("this Java lacks HMAC-SHA-256", ex);
		}
	}

	/**
	 * A hash under way; it does not depend on how the text was cut. Used by one thread at
	 * a time.
	 */
	public static final class Running {

		private final Mac mac;

		/** The first half of a character whose second half is still to come. */
		private String half = "";

		private Running(Mac mac) {
			this.mac = mac;
		}

		public void add(String text) {
			int from = 0;
			while (from < text.length()) {
				int to = Math.min(text.length(), from + STEP);
				String piece = this.half + text.substring(from, to);
				int whole = piece.length() - (Character.isHighSurrogate(piece.charAt(piece.length() - 1)) ? 1 : 0);
				this.half = piece.substring(whole);
				this.mac.update(piece.substring(0, whole).getBytes(StandardCharsets.UTF_8));
				from = to;
			}
		}

		/**
		 * The hash in hexadecimal digits; ends it.
		 */
		public String hex() {
			return HexFormat.of().formatHex(this.mac.doFinal(this.half.getBytes(StandardCharsets.UTF_8)));
		}

	}

}
