package io.github.llamaspring.guard.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decodes what is encoded in a text: base64, hex, percent signs and backslashes, HTML
 * entities, tag characters, rot13; twice at most.
 *
 * <p>
 * Each encoded piece is read in its place, among the words around it, because a sentence
 * may be encoded in part. Pieces near each other make one part. Pieces and all parts
 * together are bounded, so that a text cannot make much work: what is encoded beyond that
 * is not decoded.
 */
final class Decoder {

	/** Units a piece may have when decoded. */
	static final int MAX_PIECE = 4096;

	/** Units all parts may have. */
	private static final int MAX_TOTAL = 16 * MAX_PIECE;

	/** Raw text around a piece that is read with it. */
	private static final int NEAR = 160;

	private final List<DecodedText> parts = new ArrayList<>();

	private int total;

	private int openFrom = -1;

	private Decoder() {
	}

	static Decoder of(NormText text) {
		Decoder decoder = new Decoder();
		EncodedRuns runs = EncodedRuns.find(text.raw(), text.isOpen(), MAX_TOTAL, text.deadline());
		decoder.openFrom = runs.openFrom();
		List<DecodedPart> pieces = with(Rot13.find(text), runs.pieces());
		if (!pieces.isEmpty()) {
			decoder.group(text, pieces);
		}
		return decoder;
	}

	/** What other codes are found in wins over rot13, which might be a chance. */
	private static List<DecodedPart> with(List<DecodedPart> rotated, List<DecodedPart> pieces) {
		if (rotated.isEmpty()) {
			return pieces;
		}
		List<DecodedPart> all = new ArrayList<>(pieces);
		int next = 0;
		for (DecodedPart piece : rotated) {
			while (next < pieces.size() && pieces.get(next).end() <= piece.start()) {
				next++;
			}
			if (next == pieces.size() || pieces.get(next).start() >= piece.end()) {
				all.add(piece);
			}
		}
		all.sort(Comparator.comparingInt(DecodedPart::start));
		return all;
	}

	private void group(NormText text, List<DecodedPart> pieces) {
		int first = 0;
		while (first < pieces.size() && this.total < MAX_TOTAL) {
			int size = pieces.get(first).decoded().length();
			int last = first;
			while (last + 1 < pieces.size() && pieces.get(last + 1).start() - pieces.get(last).end() <= 2 * NEAR
					&& size < MAX_PIECE) {
				last++;
				size += pieces.get(last).decoded().length() + pieces.get(last).start() - pieces.get(last - 1).end();
			}
			add(text, pieces.subList(first, last + 1));
			first = last + 1;
		}
	}

	private void add(NormText text, List<DecodedPart> pieces) {
		String raw = text.raw();
		int from = wordStart(raw, pieces.getFirst().start() - NEAR);
		int to = Math.min(raw.length(), pieces.getLast().end() + NEAR);
		DecodedText once = DecodedText.of(raw, from, to, pieces, text.isOpen() && to == raw.length(), text.deadline());
		take(once);
		List<DecodedPart> inner = EncodedRuns.find(once.text().raw(), false, MAX_PIECE, text.deadline()).pieces();
		inner = with(Rot13.find(once.text()), inner);
		if (!inner.isEmpty()) {
			take(once.again(inner));
		}
	}

	private void take(DecodedText part) {
		this.parts.add(part);
		this.total += part.text().raw().length();
	}

	private static int wordStart(String raw, int at) {
		int start = Math.max(0, at);
		while (start > 0 && start > at - 32 && !Character.isWhitespace(raw.charAt(start - 1))) {
			start--;
		}
		return start;
	}

	/**
	 * The parts of the text in which something was encoded.
	 */
	List<DecodedText> parts() {
		return this.parts;
	}

	/**
	 * Where something encoded starts that more text may continue, or -1.
	 */
	int openFrom() {
		return this.openFrom;
	}

}
