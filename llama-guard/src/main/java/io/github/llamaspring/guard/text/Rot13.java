package io.github.llamaspring.guard.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds runs of words that are written in rot13.
 *
 * <p>
 * In every language written in Latin letters a, e, i, d, l, m are frequent and n, r, v,
 * q, y, z, into which rot13 turns them, are less so. A run of words whose letters speak
 * for the turned form is turned. It may be an odd name or a chance; then the turned form
 * says nothing.
 */
final class Rot13 {

	/**
	 * How many times likelier a letter a–m is than the one it is turned into, as a
	 * logarithm; averages of English, German, Portuguese, Spanish and French.
	 */
	private static final float[] LIKELIER = { 0.25f, -1.53f, 0.29f, 2.04f, 0.77f, -1.54f, -1.26f, -0.2f, 1.68f, -0.92f,
			1.03f, 1.73f, 1.45f };

	/** What a letter must speak for the turned form to count. */
	private static final float DOUBT = 0.15f;

	private static final float ENOUGH = 2.5f;

	private static final int LEAST_LETTERS = 8;

	/** Words around a run that are turned too: some words have no say of their own. */
	private static final int AROUND = 4;

	private static final int MAX_RUNS = 64;

	private Rot13() {
	}

	static List<DecodedPart> find(NormText text) {
		TokenView view = text.words();
		List<DecodedPart> pieces = List.of();
		float sum = 0;
		float best = 0;
		int first = 0;
		int last = 0;
		int size = view.size();
		for (int i = 0; i <= size; i++) {
			text.deadline().step();
			float value = (i < size) ? value(view, i) : -ENOUGH;
			if (sum == 0 && value > 0) {
				first = i;
			}
			sum = Math.max(0, sum + value);
			if (sum > best) {
				best = sum;
				last = i;
			}
			boolean ends = i == size || sum == 0 || sum < best - 2 * ENOUGH;
			if (ends && best >= ENOUGH && last > first && letters(view, first, last) >= LEAST_LETTERS) {
				pieces = pieces.isEmpty() ? new ArrayList<>() : pieces;
				turn(text.raw(), view, first, last, pieces);
			}
			if (ends) {
				sum = 0;
				best = 0;
			}
			if (pieces.size() == MAX_RUNS) {
				break;
			}
		}
		return pieces;
	}

	private static float value(TokenView view, int token) {
		char[] chars = view.chars();
		float value = 0;
		for (int i = view.from(token); i < view.to(token); i++) {
			char c = chars[i];
			if (c >= 'a' && c <= 'm') {
				value -= LIKELIER[c - 'a'] + DOUBT;
			}
			else if (c >= 'n' && c <= 'z') {
				value += LIKELIER[c - 'n'] - DOUBT;
			}
			else if (c >= 0x80) {
				value -= 1;
			}
		}
		return value;
	}

	private static int letters(TokenView view, int first, int last) {
		return view.to(last) - view.from(first) - (last - first);
	}

	private static void turn(String raw, TokenView view, int first, int last, List<DecodedPart> pieces) {
		int floor = pieces.isEmpty() ? 0 : pieces.getLast().end();
		int from = Math.max(0, first - AROUND);
		while (from <= last && view.rawStart(from) < floor) {
			from++;
		}
		if (from > last) {
			return;
		}
		int to = Math.min(view.size() - 1, last + AROUND);
		int start = view.rawStart(from);
		int end = Math.min(view.rawEnd(to), start + Decoder.MAX_PIECE);
		StringBuilder out = new StringBuilder(end - start);
		for (int i = start; i < end; i++) {
			out.append(turn(raw.charAt(i)));
		}
		pieces.add(new DecodedPart(start, end, out.toString(), true));
	}

	private static char turn(char c) {
		if (c >= 'a' && c <= 'z') {
			return (char) ('a' + (c - 'a' + 13) % 26);
		}
		return (c >= 'A' && c <= 'Z') ? (char) ('A' + (c - 'A' + 13) % 26) : c;
	}

}
