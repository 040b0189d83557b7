package io.github.llamaspring.guard.text;

import java.util.List;

/**
 * A part of a text in which what was encoded is decoded. It knows where each of its
 * characters stands in the raw text: what was decoded stands where its code stands.
 */
public final class DecodedText {

	private final NormText text;

	private final int[] starts;

	private final int[] ends;

	private final boolean[] decoded;

	private DecodedText(NormText text, int[] starts, int[] ends, boolean[] decoded) {
		this.text = text;
		this.starts = starts;
		this.ends = ends;
		this.decoded = decoded;
	}

	/**
	 * The units {@code from..to} of a text.
	 * @param pieces those that lie there, in order
	 * @param open whether more text may come behind
	 */
	static DecodedText of(String raw, int from, int to, List<DecodedPart> pieces, boolean open, Deadline deadline) {
		int length = to - from;
		for (DecodedPart piece : pieces) {
			length += piece.decoded().length() - (piece.end() - piece.start());
		}
		StringBuilder out = new StringBuilder(length);
		int[] starts = new int[length];
		int[] ends = new int[length];
		boolean[] decoded = new boolean[length];
		int at = from;
		for (DecodedPart piece : pieces) {
			at = copy(raw, at, piece.start(), out, starts, ends);
			for (int k = 0; k < piece.decoded().length(); k++) {
				int unit = out.length() + k;
				starts[unit] = piece.exact() ? piece.start() + k : piece.start();
				ends[unit] = piece.exact() ? piece.start() + k + 1 : piece.end();
				decoded[unit] = true;
			}
			out.append(piece.decoded());
			at = piece.end();
		}
		copy(raw, at, to, out, starts, ends);
		String text = out.toString();
		return new DecodedText(open ? NormText.open(text) : NormText.whole(text, deadline), starts, ends, decoded);
	}

	private static int copy(String raw, int from, int to, StringBuilder out, int[] starts, int[] ends) {
		for (int i = from; i < to; i++) {
			starts[out.length()] = i;
			ends[out.length()] = i + 1;
			out.append(raw.charAt(i));
		}
		return to;
	}

	/**
	 * This text with pieces of it decoded once more.
	 */
	DecodedText again(List<DecodedPart> pieces) {
		String once = this.text.raw();
		DecodedText twice = of(once, 0, once.length(), pieces, this.text.isOpen(), this.text.deadline());
		for (int i = 0; i < twice.starts.length; i++) {
			int first = twice.starts[i];
			twice.decoded[i] |= this.decoded[first];
			twice.starts[i] = this.starts[first];
			twice.ends[i] = this.ends[twice.ends[i] - 1];
		}
		return twice;
	}

	public NormText text() {
		return this.text;
	}

	/**
	 * Where what starts here starts in the raw text.
	 */
	public int rawStart(int start) {
		return (start < this.starts.length) ? this.starts[start] : this.ends[this.ends.length - 1];
	}

	/**
	 * Where what ends here ends in the raw text.
	 */
	public int rawEnd(int end) {
		return this.ends[end - 1];
	}

	/**
	 * Whether something in this part was encoded; the rest of it stands in the raw text
	 * as well.
	 */
	public boolean wasEncoded(int start, int end) {
		for (int i = start; i < end; i++) {
			if (this.decoded[i]) {
				return true;
			}
		}
		return false;
	}

}
