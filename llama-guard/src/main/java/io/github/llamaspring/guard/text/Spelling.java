package io.github.llamaspring.guard.text;

/**
 * Joins what is spelled out: "b o m b", "b.o.m.b".
 */
final class Spelling {

	private static final int LEAST = 3;

	private Spelling() {
	}

	/**
	 * The view with runs of three or more single letters joined, where one character
	 * stands between them; with shorter words, too, where there is such a run.
	 * @param out which is filled
	 */
	static TokenView join(String raw, TokenView view, TokenView out, Deadline deadline) {
		int least = LEAST;
		for (int i = 0; i < view.size() && least == LEAST; i = runEnd(raw, view, i)) {
			deadline.step();
			least = (runEnd(raw, view, i) - i >= LEAST) ? 2 : LEAST;
		}
		int i = 0;
		while (i < view.size()) {
			deadline.step();
			int end = runEnd(raw, view, i);
			if (end - i < least) {
				end = i + 1;
			}
			add(view, i, end, out);
			i = end;
		}
		return out;
	}

	private static void add(TokenView view, int first, int end, TokenView out) {
		if (end == first + 1) {
			out.add(view, first);
			return;
		}
		StringBuilder word = new StringBuilder();
		for (int k = first; k < end; k++) {
			word.append(view.chars(), view.from(k), view.wordLength(k));
		}
		out.add(word, view.rawStart(first), view.rawEnd(end - 1), view.startsSentence(first));
		if (end - first > LEAST && "aeiouy".indexOf(word.charAt(0)) >= 0) {
			// "a b o m b" may be an article and a word.
			out.add(word.substring(1), view.rawStart(first + 1), view.rawEnd(end - 1), false);
		}
	}

	/** Blanks part words where other characters part letters: "m.y b.o.m.b". */
	private static int runEnd(String raw, TokenView view, int first) {
		int end = first + 1;
		if (!isSpelled(view, end)) {
			return end;
		}
		boolean blanks = isBlankBefore(raw, view, end++);
		while (isSpelled(view, end)) {
			if (isBlankBefore(raw, view, end) != blanks) {
				return blanks ? end - 1 : end;
			}
			end++;
		}
		return end;
	}

	private static boolean isBlankBefore(String raw, TokenView view, int token) {
		return Character.isWhitespace(raw.charAt(view.rawEnd(token - 1)));
	}

	private static boolean isSpelled(TokenView view, int token) {
		return token < view.size() && view.rawStart(token) - view.rawEnd(token - 1) == 1 && isLetter(view, token)
				&& isLetter(view, token - 1);
	}

	/** One letter; "ae" is one in the raw text. */
	private static boolean isLetter(TokenView view, int token) {
		boolean one = view.wordLength(token) == 1
				|| (view.wordLength(token) == 2 && view.rawEnd(token) - view.rawStart(token) == 1);
		return one && Character.isLetter(view.chars()[view.from(token)]);
	}

}
