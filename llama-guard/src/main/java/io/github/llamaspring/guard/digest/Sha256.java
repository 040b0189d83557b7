package io.github.llamaspring.guard.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256, which every Java has.
 */
public final class Sha256 {

	private Sha256() {
	}

	/**
	 * The 32 bytes of a text in UTF-8.
	 */
	public static byte[] bytes(String text) {
		return start().digest(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * The same in hexadecimal digits.
	 */
	public static String hex(String text) {
		return HexFormat.of().formatHex(bytes(text));
	}

	/**
	 * Of several parts, one after another.
	 */
	public static String hex(Iterable<byte[]> parts) {
		MessageDigest digest = start();
		parts.forEach(digest::update);
		return HexFormat.of().formatHex(digest.digest());
	}

	private static MessageDigest start() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("this Java lacks SHA-256", ex);
		}
	}

}
