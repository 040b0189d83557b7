package io.github.llamaspring.core.tokenizer;

/**
 * SentencePiece's compiled rules, {@code tokenizer.ggml.precompiled_charsmap}: the size
 * of a double array in bytes, the array, and the replacements. The longest prefix that
 * has a rule is replaced. Of a unit of the array (Darts-clone), bits 0 to 7 and 31 are
 * its label, bit 8 says that a rule ends here, bits 10 to 30, shifted by 8 more if bit 9
 * is set, lead to the children by exclusive or; the child with label 0 holds the rule's
 * place.
 */
final class CharsMap implements TextRules {

	private static final int HEADER = 4;

	private final int[] units;

	private final byte[] replacements;

	/**
	 * Takes compiled rules over.
	 * @param source for messages
	 * @param data the bytes, each an int
	 */
	CharsMap(VocabularySource source, int[] data) {
		String key = "precompiled_charsmap";
		long size = (data.length < HEADER) ? -1 : Integer.toUnsignedLong(word(data, 0));
		if (size < Integer.BYTES || size % Integer.BYTES != 0 || size > data.length - HEADER) {
			throw source.failure(key, "of %d bytes has a table of %d", data.length, size);
		}
		this.units = new int[(int) size / Integer.BYTES];
		for (int i = 0; i < this.units.length; i++) {
			this.units[i] = word(data, HEADER + Integer.BYTES * i);
		}
		int start = HEADER + (int) size;
		this.replacements = new byte[data.length - start];
		for (int i = 0; i < this.replacements.length; i++) {
			this.replacements[i] = (byte) data[start + i];
		}
		if (this.replacements.length == 0 || this.replacements[this.replacements.length - 1] != 0) {
			throw source.failure(key, "does not end its last replacement");
		}
	}

	private static int word(int[] data, int at) {
		return data[at] & 0xff | (data[at + 1] & 0xff) << 8 | (data[at + 2] & 0xff) << 16 | data[at + 3] << 24;
	}

	@Override
	public long match(byte[] text, int from, int to) {
		long best = 0;
		int node = children(this.units[0]);
		for (int i = from; i < to && text[i] != 0; i++) {
			int label = text[i] & 0xff;
			node ^= label;
			int unit = unit(node);
			if ((unit & 0x800000ff) != label) {
				break;
			}
			node ^= children(unit);
			if ((unit >>> 8 & 1) != 0) {
				int place = unit(node) & Integer.MAX_VALUE;
				// A damaged table's rule is none.
				best = (place < this.replacements.length) ? (long) (i + 1 - from) << 32 | place : best;
			}
		}
		return best;
	}

	/** Beyond the table there is nothing: label 0 is no byte of a text. */
	private int unit(int index) {
		return (index >= 0 && index < this.units.length) ? this.units[index] : 0;
	}

	private static int children(int unit) {
		return unit >>> 10 << ((unit & 1 << 9) >>> 6);
	}

	@Override
	public byte[] replacements() {
		return this.replacements;
	}

}
