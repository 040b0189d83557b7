package io.github.llamaspring.guard.answer;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.guard.text.Folding;

/**
 * A word, a number as it is written, a code of letters and digits, or a sign.
 *
 * @param kind which of them
 * @param text as written
 * @param start first unit
 * @param end unit after the last
 */
record Token(Kind kind, String text, int start, int end) {

	/** What a token is. */
	enum Kind {

		WORD, NUMBER, CODE, SIGN

	}

	/** Longer tokens are cut: no number or name is. */
	private static final int MOST = 64;

	/** The word without case and accents. */
	String folded() {
		return Folding.fold(this.text);
	}

	boolean is(String sign) {
		return this.text.equals(sign);
	}

	boolean isWord() {
		return this.kind == Kind.WORD;
	}

	boolean isNumber() {
		return this.kind == Kind.NUMBER;
	}

	boolean isCapitalised() {
		return isWord() && Character.isUpperCase(this.text.codePointAt(0));
	}

	/**
	 * Cuts a text.
	 */
	static List<Token> of(String text) {
		List<Token> tokens = new ArrayList<>();
		int at = 0;
		while (at < text.length()) {
			char c = text.charAt(at);
			int end = at + 1;
			if (isDigit(c)) {
				end = numberEnd(text, at);
				int letters = lettersEnd(text, end);
				Kind kind = Kind.NUMBER;
				if (letters > end && !isSuffix(text.substring(end, Math.min(letters, end + 8)))) {
					end = codeEnd(text, at);
					kind = Kind.CODE;
				}
				tokens.add(new Token(kind, text.substring(at, end), at, end));
			}
			else if (Character.isLetter(c)) {
				end = lettersEnd(text, at);
				int digit = (end < text.length() && text.charAt(end) == '-') ? end + 1 : end;
				boolean code = digit < text.length() && isDigit(text.charAt(digit));
				end = code ? codeEnd(text, at) : end;
				tokens.add(new Token(code ? Kind.CODE : Kind.WORD, text.substring(at, end), at, end));
			}
			else if (!Character.isWhitespace(c) || c == '\n') {
				tokens.add(new Token(Kind.SIGN, text.substring(at, end), at, end));
			}
			at = end;
		}
		return tokens;
	}

	private static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	private static int lettersEnd(String text, int from) {
		int at = from;
		while (at < text.length() && at - from < MOST && (Character.isLetter(text.charAt(at))
				|| Character.getType(text.charAt(at)) == Character.NON_SPACING_MARK)) {
			at++;
		}
		return at;
	}

	/** "A4", "SKU-99X". */
	private static int codeEnd(String text, int from) {
		int at = from;
		while (at < text.length() && at - from < MOST && (Character.isLetterOrDigit(text.charAt(at))
				|| (text.charAt(at) == '-' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1))))) {
			at++;
		}
		return at;
	}

	/** "3rd", "18h30", "500g", "6pm". */
	private static boolean isSuffix(String letters) {
		return FactWords.SUFFIXES.contains(letters.toLowerCase(java.util.Locale.ROOT))
				|| FactWords.unit(letters) != null;
	}

	/** "1.299,00", "1 000 000", "05/03/2024", "18:30", "2024-03-05", "4711-0815". */
	private static int numberEnd(String text, int from) {
		int at = from;
		int group = 0;
		boolean spaced = true;
		while (at < text.length() && at - from < MOST) {
			char c = text.charAt(at);
			if (isDigit(c)) {
				group++;
				at++;
			}
			else if (at + 1 < text.length() && isDigit(text.charAt(at + 1))
					&& (".,'’:/".indexOf(c) >= 0 || (c == '-' && joins(text, from, at)))) {
				spaced = false;
				group = 0;
				at++;
			}
			else if (c == ' ' && spaced && group <= 3 && isGroup(text, at + 1)) {
				group = 0;
				at++;
			}
			else {
				return at;
			}
		}
		return at;
	}

	/**
	 * A hyphen joins the parts of a date or a code; else it stands between two numbers.
	 */
	private static boolean joins(String text, int from, int hyphen) {
		boolean dated = hyphen - from == 4 && hyphen + 3 < text.length() && text.charAt(hyphen + 3) == '-';
		return dated || text.charAt(hyphen + 1) == '0' || text.lastIndexOf('-', hyphen - 1) > from;
	}

	private static boolean isGroup(String text, int at) {
		if (at + 3 > text.length()) {
			return false;
		}
		boolean digits = isDigit(text.charAt(at)) && isDigit(text.charAt(at + 1)) && isDigit(text.charAt(at + 2));
		return digits && (at + 3 == text.length() || !Character.isLetterOrDigit(text.charAt(at + 3)));
	}

}
