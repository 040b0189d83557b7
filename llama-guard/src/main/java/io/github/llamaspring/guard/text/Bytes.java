package io.github.llamaspring.guard.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that were written as characters, and whether they are a text.
 */
final class Bytes {

	private byte[] data = new byte[32];

	private int size;

	void add(int value) {
		if (this.size == this.data.length) {
			this.data = Arrays.copyOf(this.data, this.size * 2);
		}
		this.data[this.size++] = (byte) value;
	}

	int size() {
		return this.size;
	}

	void clear() {
		this.size = 0;
	}

	/**
	 * The text they are, or null where they are none.
	 * @param cut whether the last character may be missing a part
	 */
	@Nullable String text(boolean cut) {
		if (this.size >= 4 && this.data[1] == 0 && this.data[3] == 0) {
			String wide = new String(this.data, 0, this.size & ~1, StandardCharsets.UTF_16LE);
			return isText(wide) ? wide : null;
		}
		for (int i = 0; i < this.size; i++) {
			if (isControl(this.data[i])) {
				return null;
			}
		}
		int end = cut ? wholeEnd() : this.size;
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(this.data, 0, end)).toString();
			return isText(text) ? text : null;
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	/**
	 * The characters they are, whatever they are.
	 */
	String characters() {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(this.data, 0, this.size)).toString();
		}
		catch (CharacterCodingException ex) {
			return new String(this.data, 0, this.size, StandardCharsets.ISO_8859_1);
		}
	}

	private static boolean isControl(int c) {
		return (c >= 0 && c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
	}

	/** Leaves out the beginning of a character at the end. */
	private int wholeEnd() {
		int end = this.size;
		while (end > 0 && this.size - end < 3 && (this.data[end - 1] & 0xC0) == 0x80) {
			end--;
		}
		return (end > 0 && (this.data[end - 1] & 0xC0) == 0xC0) ? end - 1 : this.size;
	}

	private static boolean isText(String text) {
		int usual = 0;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (isControl(c)) {
				return false;
			}
			usual += (Character.isLetterOrDigit(c) || c == ' ' || c == '\n' || Character.isSurrogate(c)) ? 1 : 0;
		}
		return 2 * usual >= text.length();
	}

	static int hex(char c) {
		if (c >= '0' && c <= '9') {
			return c - '0';
		}
		char small = (char) (c | 0x20);
		return (small >= 'a' && small <= 'f') ? small - 'a' + 10 : -1;
	}

	static int pair(String text, int at) {
		return 16 * hex(text.charAt(at)) + hex(text.charAt(at + 1));
	}

	/**
	 * The text that hex digits stand for, or null.
	 */
	static @Nullable String ofHex(String raw, int start, int end) {
		Bytes bytes = new Bytes();
		for (int i = start; i + 1 < end && bytes.size < Decoder.MAX_PIECE; i += 2) {
			if (hex(raw.charAt(i)) < 0 || hex(raw.charAt(i + 1)) < 0) {
				return null;
			}
			int value = pair(raw, i);
			if (isControl((byte) value)) {
				return null;
			}
			bytes.add(value);
		}
		return bytes.text(bytes.size == Decoder.MAX_PIECE);
	}

	/**
	 * The text that base64 stands for, or null. Line ends in it are skipped.
	 * @param cut whether more of it may come
	 */
	static @Nullable String ofBase64(String raw, int start, int end, boolean cut) {
		Bytes bytes = new Bytes();
		int bits = 0;
		int count = 0;
		for (int i = start; i < end && bytes.size < Decoder.MAX_PIECE; i++) {
			int value = base64(raw.charAt(i));
			if (value < 0) {
				continue;
			}
			bits = (bits << 6) | value;
			count += 6;
			if (count >= 8) {
				count -= 8;
				int next = (bits >> count) & 0xFF;
				if (isControl((byte) next) && next != 0) {
					return null;
				}
				bytes.add(next);
			}
		}
		return bytes.text(cut || bytes.size == Decoder.MAX_PIECE);
	}

	private static int base64(char c) {
		if (c >= 'A' && c <= 'Z') {
			return c - 'A';
		}
		if (c >= 'a' && c <= 'z') {
			return c - 'a' + 26;
		}
		if (c >= '0' && c <= '9') {
			return c - '0' + 52;
		}
		return switch (c) {
			case '+', '-' -> 62;
			case '/', '_' -> 63;
			default -> -1;
		};
	}

}
