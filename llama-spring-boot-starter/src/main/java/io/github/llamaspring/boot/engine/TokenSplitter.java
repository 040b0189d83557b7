package io.github.llamaspring.boot.engine;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a text into parts of at most so many tokens: between paragraphs where it can, else
 * between sentences, else between words, else in the middle of one. Nothing is lost or
 * doubled. Immutable.
 */
public final class TokenSplitter {

	/** The fewest tokens of a part: room for the longest character and then some. */
	public static final int LEAST = 8;

	private static final Pattern PARAGRAPH_END = Pattern.compile("\\n[ \\t\\r]*\\n\\s*");

	private final ToIntFunction<String> counter;

	private final int most;

	/**
	 * @param counter counts tokens
	 * @param most tokens of a part, at least {@link #LEAST}
	 */
	public TokenSplitter(ToIntFunction<String> counter, int most) {
		if (most < LEAST) {
			throw new IllegalArgumentException("a part must have room for " + LEAST + " tokens, not " + most);
		}
		this.counter = counter;
		this.most = most;
	}

	/**
	 * The parts, which joined are the text.
	 */
	public List<String> split(String text) {
		List<Piece> parts = new ArrayList<>();
		StringBuilder part = new StringBuilder();
		int tokens = 0;
		for (Piece piece : paragraphs(text)) {
			if (!part.isEmpty() && tokens + piece.tokens > this.most) {
				addSmall(part.toString(), parts);
				part.setLength(0);
				tokens = 0;
			}
			part.append(piece.text);
			tokens += piece.tokens;
		}
		if (!part.isEmpty()) {
			// rarely a text has more tokens than its pieces: then it is cut once more
			addSmall(part.toString(), parts);
		}
		return parts.stream().map(Piece::text).toList();
	}

	/**
	 * As many sentences of the text's end as fit into one part; the last words where not
	 * even one does. It is the end of the text, and empty only if the text is.
	 */
	public String end(String text) {
		List<Piece> pieces = sentences(text);
		int from = pieces.size();
		int start = text.length();
		for (int tokens = 0; from > 0 && tokens + pieces.get(from - 1).tokens <= this.most; from--) {
			tokens += pieces.get(from - 1).tokens;
			start -= pieces.get(from - 1).text.length();
		}
		return text.substring(start);
	}

	/**
	 * Whole paragraphs, and the sentences of those that are too long.
	 */
	private List<Piece> paragraphs(String text) {
		List<Piece> pieces = new ArrayList<>();
		Matcher ends = PARAGRAPH_END.matcher(text);
		for (int start = 0; start < text.length();) {
			int end = ends.find() ? ends.end() : text.length();
			String paragraph = text.substring(start, end);
			int tokens = this.counter.applyAsInt(paragraph);
			if (tokens <= this.most) {
				pieces.add(new Piece(paragraph, tokens));
			}
			else {
				pieces.addAll(sentences(paragraph));
			}
			start = end;
		}
		return pieces;
	}

	private List<Piece> sentences(String text) {
		List<Piece> pieces = new ArrayList<>();
		BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
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
	private void addSmall(String piece, List<Piece> pieces) {
		int tokens = this.counter.applyAsInt(piece);
		int middle = (piece.length() < 2 || tokens <= this.most) ? 0 : middle(piece);
		if (middle <= 0 || middle >= piece.length()) {
			pieces.add(new Piece(piece, tokens));
			return;
		}
		addSmall(piece.substring(0, middle), pieces);
		addSmall(piece.substring(middle), pieces);
	}

	private static int middle(String piece) {
		int middle = piece.lastIndexOf(' ', piece.length() / 2) + 1;
		if (middle < piece.length() / 4) {
			middle = piece.length() / 2;
			if (Character.isLowSurrogate(piece.charAt(middle)) && Character.isHighSurrogate(piece.charAt(middle - 1))) {
				middle++;
			}
		}
		return middle;
	}

	/**
	 * A piece and its tokens. Counted piece by piece a text mostly has at least as many
	 * tokens as in one.
	 */
	private record Piece(String text, int tokens) {
	}

}
