package io.github.llamaspring.boot.summary;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/**
 * Cuts a text into parts of at most so many tokens: between sentences where it can, else
 * between words, else in the middle of one. Nothing is lost or doubled.
 */
final class TokenSplitter {

	private final ToIntFunction<String> counter;

	private final int most;

	/**
	 * @param counter counts tokens
	 * @param most tokens of a part, at least 8
	 */
	TokenSplitter(ToIntFunction<String> counter, int most) {
		if (most < 8) {
			throw new IllegalArgumentException("a part must have room for 8 tokens, not " + most);
		}
		this.counter = counter;
		this.most = most;
	}

	List<String> split(String text) {
		List<String> parts = new ArrayList<>();
		StringBuilder part = new StringBuilder();
		int tokens = 0;
		for (String piece : pieces(text, BreakIterator.getSentenceInstance(Locale.ROOT))) {
			int count = this.counter.applyAsInt(piece);
			if (!part.isEmpty() && tokens + count > this.most) {
				parts.add(part.toString());
				part.setLength(0);
				tokens = 0;
			}
			part.append(piece);
			tokens += count;
		}
		if (!part.isEmpty()) {
			parts.add(part.toString());
		}
		return parts;
	}

	/**
	 * Pieces between the breaks, those that are too long cut further. Counted piece by
	 * piece a text has at least as many tokens as in one.
	 */
	private List<String> pieces(String text, BreakIterator breaks) {
		List<String> pieces = new ArrayList<>();
		breaks.setText(text);
		int start = breaks.first();
		for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
			addSmall(text.substring(start, end), pieces);
		}
		return pieces;
	}

	/**
	 * Halves until it fits: as deep as the logarithm of the length.
	 */
	private void addSmall(String piece, List<String> pieces) {
		if (piece.length() < 2 || this.counter.applyAsInt(piece) <= this.most) {
			pieces.add(piece);
			return;
		}
		int middle = piece.lastIndexOf(' ', piece.length() / 2) + 1;
		if (middle < piece.length() / 4) {
			middle = piece.length() / 2;
			if (Character.isLowSurrogate(piece.charAt(middle)) && Character.isHighSurrogate(piece.charAt(middle - 1))) {
				middle++;
			}
		}
		if (middle <= 0 || middle >= piece.length()) {
			pieces.add(piece);
			return;
		}
		addSmall(piece.substring(0, middle), pieces);
		addSmall(piece.substring(middle), pieces);
	}

}
