package io.github.llamaspring.guard.semantic;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.llamaspring.guard.Span;

/**
 * A part of a text that a sentence encoder sees by itself.
 *
 * @param span where it stands
 * @param text what is encoded
 */
public record Piece(Span span, String text) {

	/** Pieces of a text that are encoded: some 16,000 characters. */
	public static final int MOST = 64;

	/** Characters of the beginning; about what an encoder reads at once. */
	public static final int WHOLE = 1000;

	/** Shorter texts are one piece. */
	private static final int SHORT = 300;

	/** Characters of a group of sentences. */
	private static final int GROUP = 250;

	/** A cut looks so far back for a blank. */
	private static final int SLACK = 60;

	/**
	 * The pieces of a text: its beginning as a whole and, of a longer one, groups of
	 * sentences, so that harmless text around an attack doesn't dilute it. Empty for a
	 * text without letters.
	 */
	public static List<Piece> of(String text) {
		if (text.codePoints().noneMatch(Character::isLetter)) {
			return List.of();
		}
		List<Piece> pieces = new ArrayList<>();
		pieces.add(of(text, 0, cut(text, 0, WHOLE)));
		if (text.length() > SHORT) {
			addGroups(text, pieces);
		}
		return pieces;
	}

	private static Piece of(String text, int from, int to) {
		return new Piece(new Span(from, to), text.substring(from, to));
	}

	private static void addGroups(String text, List<Piece> pieces) {
		BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
		sentences.setText(text);
		int from = 0;
		int to = 0;
		int next = sentences.next();
		while (next != BreakIterator.DONE) {
			if (next - from > GROUP && to > from) {
				pieces.add(of(text, from, to));
				from = to;
			}
			while (next - from > GROUP) {
				int end = cut(text, from, GROUP);
				pieces.add(of(text, from, end));
				from = end;
			}
			to = next;
			next = sentences.next();
		}
		if (to > from) {
			pieces.add(of(text, from, to));
		}
	}

	/** The end of at most so many characters, at a blank where there is one. */
	private static int cut(String text, int from, int most) {
		if (text.length() - from <= most) {
			return text.length();
		}
		int end = from + most;
		int blank = text.lastIndexOf(' ', end - 1);
		if (blank >= end - SLACK) {
			return blank;
		}
		return Character.isLowSurrogate(text.charAt(end)) && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1
				: end;
	}

}
