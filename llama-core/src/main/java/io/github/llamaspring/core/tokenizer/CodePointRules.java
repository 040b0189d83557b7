package io.github.llamaspring.core.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Rules for single characters.
 */
final class CodePointRules implements TextRules {

	/** Open addressing, at most half full; -1 is no code point. */
	private final int[] codes;

	private final int[] offsets;

	private final int mask;

	private final byte[] replacements;

	/**
	 * Takes rules over.
	 * @param rules what becomes of code points; without U+0000 on either side
	 */
	CodePointRules(Map<Integer, String> rules) {
		int size = Integer.highestOneBit(4 * rules.size() + 1);
		this.mask = size - 1;
		this.codes = new int[size];
		this.offsets = new int[size];
		Arrays.fill(this.codes, -1);
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		rules.forEach((code, replacement) -> {
			int slot = slot(code);
			this.codes[slot] = code;
			this.offsets[slot] = all.size();
			all.writeBytes(replacement.getBytes(StandardCharsets.UTF_8));
			all.write(0);
		});
		this.replacements = all.toByteArray();
	}

	private int slot(int code) {
		int slot = (code * 0x9E3779B9 >>> 7) & this.mask;
		while (this.codes[slot] != code && this.codes[slot] >= 0) {
			slot = (slot + 1) & this.mask;
		}
		return slot;
	}

	@Override
	public long match(byte[] text, int from, int to) {
		int lead = text[from];
		int length = Utf8.length(lead);
		int code = (length == 1) ? lead & 0xff : lead & (0x7f >> length);
		for (int i = from + 1; i < from + length; i++) {
			code = code << 6 | text[i] & 0x3f;
		}
		int slot = slot(code);
		return (this.codes[slot] == code) ? (long) length << 32 | this.offsets[slot] : 0;
	}

	@Override
	public byte[] replacements() {
		return this.replacements;
	}

}
