package io.github.llamaspring.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The 256 printable characters that stand for bytes in byte-level BPE vocabularies.
 * Source: bytes_to_unicode of GPT-2.
 */
final class ByteAlphabet {

	private static final char[] CHARS = new char[256];

	private static final int[] BYTES = new int[0x144];

	static {
		Arrays.fill(BYTES, -1);
		int next = 0x100;
		for (int value = 0; value < 256; value++) {
			boolean printable = (value >= '!' && value <= '~') || (value >= 0xa1 && value != 0xad);
			CHARS[value] = (char) (printable ? value : next++);
			BYTES[CHARS[value]] = value;
		}
	}

	private ByteAlphabet() {
	}

	static char character(int value) {
		return CHARS[value];
	}

	/**
	 * Bytes as a piece writes them.
	 */
	static String text(byte[] bytes) {
		char[] text = new char[bytes.length];
		for (int i = 0; i < bytes.length; i++) {
			text[i] = CHARS[bytes[i] & 0xff];
		}
		return new String(text);
	}

	/**
	 * The bytes a piece stands for; a character outside the alphabet stands for itself.
	 */
	static byte[] bytes(String piece) {
		byte[] bytes = new byte[piece.length()];
		for (int i = 0; i < bytes.length; i++) {
			char character = piece.charAt(i);
			int value = (character < BYTES.length) ? BYTES[character] : -1;
			if (value < 0) {
				return piece.getBytes(StandardCharsets.UTF_8);
			}
			bytes[i] = (byte) value;
		}
		return bytes;
	}

}
