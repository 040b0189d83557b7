package io.github.llamaspring.guard.text;

/**
 * Reads characters that are written as {@code %41}, {@code \x41}, {@code \u0041},
 * {@code &#65;}, {@code &#x41;} or {@code &amp;}.
 */
final class Escape {

	/** No escape is longer. */
	static final int LONGEST = 12;

	private static final String[] NAMES = { "amp;", "lt;", "gt;", "quot;", "apos;", "nbsp;" };

	private static final String NAMED = "&<>\"' ";

	private final String raw;

	private final StringBuilder out = new StringBuilder();

	private Bytes bytes = new Bytes();

	private int end;

	Escape(String raw) {
		this.raw = raw;
	}

	int size() {
		return this.out.length() + this.bytes.size();
	}

	/**
	 * Where the one read last ends.
	 */
	int end() {
		return this.end;
	}

	/**
	 * Reads one; false where there is none.
	 */
	boolean next(int at) {
		if (at >= this.raw.length()) {
			return false;
		}
		return switch (this.raw.charAt(at)) {
			case '%' -> pair(at + 1);
			case '\\' -> backslash(at);
			case '&' -> entity(at);
			default -> false;
		};
	}

	private boolean pair(int at) {
		if (at + 1 >= this.raw.length() || Bytes.hex(this.raw.charAt(at)) < 0
				|| Bytes.hex(this.raw.charAt(at + 1)) < 0) {
			return false;
		}
		this.bytes.add(Bytes.pair(this.raw, at));
		this.end = at + 2;
		return true;
	}

	private boolean backslash(int at) {
		if (this.raw.startsWith("x", at + 1)) {
			return pair(at + 2);
		}
		if (this.raw.startsWith("u{", at + 1)) {
			int close = this.raw.indexOf('}', at, Math.min(this.raw.length(), at + LONGEST));
			return close >= 0 && number(at + 3, close, 16, close + 1);
		}
		return this.raw.startsWith("u", at + 1) && at + 6 <= this.raw.length() && number(at + 2, at + 6, 16, at + 6);
	}

	private boolean entity(int at) {
		if (!this.raw.startsWith("#", at + 1)) {
			for (int i = 0; i < NAMES.length; i++) {
				if (this.raw.startsWith(NAMES[i], at + 1)) {
					return character(NAMED.charAt(i), at + 1 + NAMES[i].length());
				}
			}
			return false;
		}
		boolean hex = at + 2 < this.raw.length() && (this.raw.charAt(at + 2) | 0x20) == 'x';
		int from = at + (hex ? 3 : 2);
		int to = from;
		while (to < this.raw.length() && to - at < LONGEST && isDigit(this.raw.charAt(to), hex)) {
			to++;
		}
		boolean closed = to < this.raw.length() && this.raw.charAt(to) == ';';
		return number(from, to, hex ? 16 : 10, closed ? to + 1 : to);
	}

	private static boolean isDigit(char c, boolean hex) {
		return hex ? Bytes.hex(c) >= 0 : c >= '0' && c <= '9';
	}

	private boolean number(int from, int to, int radix, int next) {
		if (from >= to || to - from > 7) {
			return false;
		}
		int value = 0;
		for (int i = from; i < to; i++) {
			int digit = Character.digit(this.raw.charAt(i), radix);
			if (digit < 0) {
				return false;
			}
			value = radix * value + digit;
		}
		return value <= Character.MAX_CODE_POINT && character(value, next);
	}

	private boolean character(int cp, int next) {
		flush();
		this.out.appendCodePoint(cp);
		this.end = next;
		return true;
	}

	/** Bytes that are no UTF-8 are what browsers take them for. */
	private void flush() {
		if (this.bytes.size() > 0) {
			this.out.append(this.bytes.characters());
			this.bytes = new Bytes();
		}
	}

	/**
	 * Whether an escape starts here and the text ends within it.
	 */
	boolean isCut(int at) {
		if (at >= this.raw.length()) {
			return false;
		}
		for (int i = at + 1; i < this.raw.length(); i++) {
			char c = this.raw.charAt(i);
			if (!Character.isLetterOrDigit(c) && c != '#' && c != '{') {
				return false;
			}
		}
		return "%\\&".indexOf(this.raw.charAt(at)) >= 0;
	}

	String text() {
		flush();
		return this.out.toString();
	}

}
