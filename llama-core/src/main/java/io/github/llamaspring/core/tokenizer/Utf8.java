package io.github.llamaspring.core.tokenizer;

/**
 * UTF-8 into memory that is there already.
 */
final class Utf8 {

	private Utf8() {
	}

	/** Bytes of the character that begins with a byte. */
	static int length(int lead) {
		int ones = Integer.numberOfLeadingZeros(~(lead << 24));
		return (ones < 2) ? 1 : ones;
	}

	/**
	 * Writes a text; lone surrogates become U+FFFD.
	 * @param out with room for three bytes a UTF-16 unit
	 * @return where it ends
	 */
	static int write(String text, byte[] out, int at) {
		int end = at;
		for (int i = 0; i < text.length(); i++) {
			int code = text.charAt(i);
			if (code < 0x80) {
				out[end++] = (byte) code;
				continue;
			}
			if (Character.isSurrogate((char) code)) {
				code = text.codePointAt(i);
				i += (code > Character.MAX_VALUE) ? 1 : 0;
				code = (code > Character.MAX_VALUE) ? code : 0xFFFD;
			}
			if (code < 0x800) {
				out[end++] = (byte) (0xC0 | code >> 6);
			}
			else {
				if (code < 0x10000) {
					out[end++] = (byte) (0xE0 | code >> 12);
				}
				else {
					out[end++] = (byte) (0xF0 | code >> 18);
					out[end++] = (byte) (0x80 | code >> 12 & 0x3f);
				}
				out[end++] = (byte) (0x80 | code >> 6 & 0x3f);
			}
			out[end++] = (byte) (0x80 | code & 0x3f);
		}
		return end;
	}

}
