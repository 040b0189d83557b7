package io.github.llamaspring.guard.vault;

import java.util.function.Predicate;

/**
 * Reads text one UTF-16 unit at a time and picks out what stands in square brackets and
 * may be a placeholder, however a model wrote it: {@code [EMAIL_1]}, {@code [ email 1 ]},
 * {@code \[EMAIL\_1\]}, {@code [**Email-1**]}. As it goes by units, the outcome cannot
 * depend on how the text was cut; as it stops at the first sign that fits no placeholder,
 * little is held back.
 */
final class BracketRun {

	/** Signs beside letters and digits, at most. */
	private static final int MOST_FILLERS = 16;

	private final Predicate<String> mayBegin;

	private final Sink sink;

	private final StringBuilder raw = new StringBuilder();

	private final StringBuilder key = new StringBuilder();

	private int fillers;

	/**
	 * @param mayBegin whether a key may begin with these letters and digits
	 */
	BracketRun(Predicate<String> mayBegin, Sink sink) {
		this.mayBegin = mayBegin;
		this.sink = sink;
	}

	/**
	 * Letters in upper case and digits of a name, as they are compared.
	 */
	static String key(String name) {
		StringBuilder out = new StringBuilder(name.length());
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if (Character.isLetterOrDigit(c)) {
				out.append(Character.toUpperCase(c));
			}
		}
		return out.toString();
	}

	void take(char c) {
		if (this.raw.isEmpty()) {
			open(c);
			return;
		}
		if (c == '[') {
			restart();
			return;
		}
		if (this.raw.length() == 1 && this.raw.charAt(0) == '\\') {
			giveUp();
			open(c);
			return;
		}
		this.raw.append(c);
		if (c == ']') {
			this.sink.closed(this.raw.toString(), this.key.toString());
			clear();
		}
		else if (Character.isLetterOrDigit(c)) {
			this.key.append(Character.toUpperCase(c));
			if (!this.mayBegin.test(this.key.toString())) {
				giveUp();
			}
		}
		else if (!isFiller(c) || ++this.fillers > MOST_FILLERS) {
			giveUp();
		}
	}

	private void open(char c) {
		if (c == '[' || c == '\\') {
			this.raw.append(c);
		}
		else {
			this.sink.plain(String.valueOf(c));
		}
	}

	/** A bracket in a bracket: the inner one counts, with its backslash. */
	private void restart() {
		int last = this.raw.length() - 1;
		boolean escaped = this.raw.charAt(last) == '\\';
		this.raw.setLength(escaped ? last : last + 1);
		if (!this.raw.isEmpty()) {
			giveUp();
		}
		this.raw.append(escaped ? "\\[" : "[");
	}

	private static boolean isFiller(char c) {
		int type = Character.getType(c);
		return Character.isWhitespace(c) || Character.isSpaceChar(c) || type == Character.DASH_PUNCTUATION
				|| type == Character.CONNECTOR_PUNCTUATION || type == Character.FORMAT || "\\*`~".indexOf(c) >= 0;
	}

	private void giveUp() {
		this.sink.plain(this.raw.toString());
		clear();
	}

	private void clear() {
		this.raw.setLength(0);
		this.key.setLength(0);
		this.fillers = 0;
	}

	/**
	 * Takes the end of the text.
	 */
	void end() {
		if (!this.raw.isEmpty()) {
			giveUp();
		}
	}

	/**
	 * Units that are not decided on.
	 */
	int held() {
		return this.raw.length();
	}

	/**
	 * Takes what is decided, in order.
	 */
	interface Sink {

		void plain(String text);

		/**
		 * @param raw with the brackets
		 * @param key letters in upper case and digits
		 */
		void closed(String raw, String key);

	}

}
