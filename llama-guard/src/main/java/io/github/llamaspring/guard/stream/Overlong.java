package io.github.llamaspring.guard.stream;

import java.util.Locale;
import java.util.Set;

import io.github.llamaspring.guard.stream.Scan.Hit;
import io.github.llamaspring.guard.text.Match;

/**
 * A redacted part that is still being written. It takes what belongs to it and keeps
 * nothing but the last few characters.
 */
final class Overlong {

	private static final Set<String> SECRETS = Set.of("API_KEY", "JWT", "PASSWORD");

	/** What may stand between the digits of a number: " NWBK ". */
	private static final int MOST_BETWEEN = 6;

	private final String category;

	private final int start;

	private final Form form;

	private final StringBuilder tail = new StringBuilder();

	private boolean closing;

	private boolean closed;

	/**
	 * @param start where it starts in the whole text
	 */
	Overlong(String category, int start, Form form) {
		this.category = category;
		this.start = start;
		this.form = form;
	}

	/**
	 * What was found.
	 * @param end where it ends in the whole text
	 */
	Hit hit(int end) {
		String rule = (SECRETS.contains(this.category) ? "secret." : "pii.") + this.category.toLowerCase(Locale.ROOT);
		return new Hit("pii", new Match(rule, this.category, 1, this.start, end));
	}

	/**
	 * What was taken last and turned out not to belong to it.
	 */
	String rest() {
		return (this.form == Form.NUMBER) ? this.tail.toString() : "";
	}

	/** A token ends at a blank; a key block behind its END line. */
	boolean endsBefore(char c) {
		if (this.form == Form.NUMBER) {
			return numberEnds(c);
		}
		if (this.form == Form.TOKEN) {
			return Character.isWhitespace(c);
		}
		if (this.closed) {
			return true;
		}
		this.tail.append(c);
		if (this.tail.length() > 64) {
			this.tail.delete(0, 32);
		}
		String end = this.tail.toString();
		if (!this.closing && end.endsWith("-----END")) {
			this.closing = true;
		}
		else if (this.closing && end.endsWith("-----") && !end.endsWith("-----END-----".substring(0, 8))) {
			this.closed = true;
		}
		return false;
	}

	private boolean numberEnds(char c) {
		if (Character.isDigit(c)) {
			this.tail.setLength(0);
			return false;
		}
		boolean between = " \t()/.-+".indexOf(c) >= 0 || (c >= 'A' && c <= 'Z');
		if (!between || this.tail.length() == MOST_BETWEEN) {
			return true;
		}
		this.tail.append(c);
		return false;
	}

	/**
	 * What tells where it ends.
	 */
	enum Form {

		/** Has no blanks. */
		TOKEN,
		/** Digits and what stands between them. */
		NUMBER,
		/** A key between lines. */
		BLOCK

	}

}
