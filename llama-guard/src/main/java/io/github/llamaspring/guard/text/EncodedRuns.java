package io.github.llamaspring.guard.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds what is encoded character by character, in one pass.
 */
final class EncodedRuns {

	private static final int OTHER = 0;

	private static final int CODE = 1;

	private static final int MARK = 2;

	/** What an ASCII character may start. */
	private static final byte[] KIND = new byte[0x80];

	/** The shortest base64 that is tried. */
	private static final int LEAST_BASE64 = 12;

	private static final int LEAST_HEX = 12;

	private static final int LEAST_PAIRS = 5;

	/** Lines of wrapped base64 are no shorter, but for the last. */
	private static final int LEAST_LINE = 16;

	/** Lines that are taken together in vain; after that they are not looked at again. */
	private static final int MOST_FAILURES = 64;

	private static final int LEAST_HIDDEN = 4;

	/** Characters between two looks at the clock; runs are longer. */
	private static final int LOOK = 1024;

	static {
		for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-".toCharArray()) {
			KIND[c] = CODE;
		}
		KIND['%'] = MARK;
		KIND['\\'] = MARK;
		KIND['&'] = MARK;
	}

	private final String raw;

	private final boolean open;

	private final Deadline deadline;

	private final List<DecodedPart> pieces = new ArrayList<>(0);

	/** Most words that begin like hex digits are none. */
	private final Bytes pairs = new Bytes();

	private int budget;

	private int openFrom = -1;

	private int failures;

	private EncodedRuns(String raw, boolean open, int budget, Deadline deadline) {
		this.deadline = deadline;
		this.raw = raw;
		this.open = open;
		this.budget = budget;
	}

	/**
	 * @param budget most units of decoded text
	 */
	static EncodedRuns find(String raw, boolean open, int budget, Deadline deadline) {
		EncodedRuns runs = new EncodedRuns(raw, open, budget, deadline);
		runs.run();
		return runs;
	}

	List<DecodedPart> pieces() {
		return this.pieces;
	}

	/**
	 * Where something encoded starts that more text may continue, or -1.
	 */
	int openFrom() {
		return this.openFrom;
	}

	private void run() {
		int n = this.raw.length();
		int i = 0;
		int looked = 0;
		while (i < n && this.budget > 0) {
			if (i - looked >= LOOK) {
				this.deadline.check();
				looked = i;
			}
			char c = this.raw.charAt(i);
			int kind = (c < 0x80) ? KIND[c] : OTHER;
			if (kind == CODE) {
				i = code(i);
			}
			else if (kind == MARK) {
				i = Math.max(i + 1, escapes(i));
			}
			else if (c == 0xDB40 || (c >= 0xFE00 && c <= 0xFE0F)) {
				i = Math.max(i + 1, hidden(i));
			}
			else {
				i++;
			}
		}
	}

	private void add(int start, int end, String decoded) {
		if (!decoded.isEmpty()) {
			this.pieces.add(new DecodedPart(start, end, decoded, false));
			this.budget -= decoded.length();
		}
	}

	/** What reaches the end of an open text may go on. */
	private void mayGoOn(int start, int end) {
		if (this.open && end == this.raw.length() && this.openFrom < 0) {
			this.openFrom = start;
		}
	}

	/** A run of letters, digits and the like: a word, base64 or hex. */
	private int code(int start) {
		String text = this.raw;
		int n = text.length();
		int end = start + 1;
		while (end < n && isCode(text.charAt(end))) {
			end++;
		}
		if (mayStartPairs(start, end)) {
			int pairsEnd = pairs(start, end);
			if (pairsEnd > end) {
				return pairsEnd;
			}
		}
		if (end - start < LEAST_BASE64) {
			return end;
		}
		String hex = ((end - start) % 2 == 0 && end - start >= LEAST_HEX) ? Bytes.ofHex(this.raw, start, end) : null;
		if (hex != null) {
			mayGoOn(start, end);
			add(start, end, hex);
			return end;
		}
		return base64(start, end);
	}

	/** Quickly says no for most words. */
	private boolean mayStartPairs(int start, int end) {
		if (end - start > 2 && isCode(this.raw.charAt(start + 2)) && this.raw.charAt(start + 2) != '-') {
			return end - start >= 4 && this.raw.startsWith("0x", start);
		}
		return isHex(this.raw, start) && isHex(this.raw, start + 1);
	}

	private static boolean isCode(char c) {
		return c < 0x80 && KIND[c] == CODE;
	}

	private static boolean isHex(String text, int at) {
		return at < text.length() && Bytes.hex(text.charAt(at)) >= 0;
	}

	/** Pairs of hex digits, one by one: "48 6f 77", "48:6f:77", "0x48, 0x6f". */
	private int pairs(int start, int runEnd) {
		boolean prefixed = this.raw.startsWith("0x", start);
		int at = start;
		int end = start;
		Bytes bytes = this.pairs;
		bytes.clear();
		while (true) {
			int digits = at + (prefixed ? 2 : 0);
			boolean pair = (!prefixed || this.raw.startsWith("0x", at)) && isHex(this.raw, digits)
					&& isHex(this.raw, digits + 1)
					&& (digits + 2 >= this.raw.length() || !Character.isLetterOrDigit(this.raw.charAt(digits + 2)));
			if (!pair || bytes.size() == Decoder.MAX_PIECE) {
				break;
			}
			bytes.add(Bytes.pair(this.raw, digits));
			end = digits + 2;
			at = end;
			while (at < this.raw.length() && at - end < 2 && " ,:;-\n".indexOf(this.raw.charAt(at)) >= 0) {
				at++;
			}
			if (at == end) {
				break;
			}
		}
		if (end == start) {
			return start;
		}
		mayGoOn(start, Math.max(at, end));
		String text = (bytes.size() >= LEAST_PAIRS) ? bytes.text(false) : null;
		if (text == null) {
			return (end >= runEnd) ? end : start;
		}
		add(start, end, text);
		return end;
	}

	private int base64(int start, int firstEnd) {
		if (!isMixed(start, firstEnd) && !this.raw.startsWith("=", firstEnd)) {
			return firstEnd;
		}
		int end = (firstEnd - start >= LEAST_LINE) ? lines(start, firstEnd) : firstEnd;
		int last = end;
		while (last < this.raw.length() && last - end < 2 && this.raw.charAt(last) == '=') {
			last++;
		}
		boolean goesOn = this.open && isLineEnd(last);
		if (goesOn) {
			mayGoOn(start, this.raw.length());
		}
		int from = start;
		String text = Bytes.ofBase64(this.raw, from, end, goesOn);
		int name = (text == null) ? lastName(start, end) : start;
		if (name > start) {
			from = name;
			text = Bytes.ofBase64(this.raw, from, end, goesOn);
		}
		// The beginning of a stream's window may be the middle of a run.
		for (int skip = 1; text == null && start == 0 && this.open && skip < 4 && end > 32; skip++) {
			from = skip;
			text = Bytes.ofBase64(this.raw, from, end, goesOn);
		}
		if (text == null && end > firstEnd) {
			text = Bytes.ofBase64(this.raw, start, firstEnd, false);
			from = start;
			last = (text != null || ++this.failures < MOST_FAILURES) ? firstEnd : last;
		}
		if (text != null) {
			add(from, last, text);
		}
		return last;
	}

	/** In a path the last name may be a code: "/shop/SGVsbG8gd29ybGQ". */
	private int lastName(int start, int end) {
		int at = end - LEAST_BASE64;
		while (at > start && this.raw.charAt(at - 1) != '/') {
			at--;
		}
		return Math.max(at, start);
	}

	private boolean isLineEnd(int at) {
		return at == this.raw.length() || (at + 1 == this.raw.length() && this.raw.charAt(at) == '\n')
				|| (at + 2 == this.raw.length() && this.raw.startsWith("\r\n", at));
	}

	/** Takes the lines that follow a long one. */
	private int lines(int start, int firstEnd) {
		int end = firstEnd;
		int width = end - start;
		int most = start + 2 * Decoder.MAX_PIECE;
		while (end < this.raw.length() && end < most) {
			int next = end;
			next += this.raw.startsWith("\r\n", next) ? 2 : (this.raw.charAt(next) == '\n') ? 1 : 0;
			int lineEnd = next;
			while (lineEnd < this.raw.length() && lineEnd - next <= width && isCode(this.raw.charAt(lineEnd))) {
				lineEnd++;
			}
			if (next == end || lineEnd == next || lineEnd - next > width) {
				return end;
			}
			end = lineEnd;
			if (end - next < width) {
				return end;
			}
		}
		return end;
	}

	/** Words are written in small letters, or in capitals, or start with one. */
	private boolean isMixed(int start, int end) {
		boolean small = false;
		boolean other = false;
		for (int i = start; i < end; i++) {
			char c = this.raw.charAt(i);
			if (c >= 'a' && c <= 'z') {
				if (other) {
					return true;
				}
				small = true;
			}
			else if (c >= '0' && c <= '9') {
				other = true;
			}
			else if (c >= 'A' && c <= 'Z') {
				if (small) {
					return true;
				}
				other |= i > start;
			}
		}
		return false;
	}

	/** Percent signs, backslashes, entities: as many of a kind as follow each other. */
	private int escapes(int start) {
		Escape escape = new Escape(this.raw);
		int at = start;
		while (escape.size() < Decoder.MAX_PIECE && escape.next(at)) {
			at = escape.end();
		}
		boolean cut = this.open && this.raw.length() - at < Escape.LONGEST && escape.isCut(at);
		if (cut || at > start) {
			mayGoOn(start, cut ? this.raw.length() : at);
		}
		if (at > start) {
			add(start, at, escape.text());
		}
		return at;
	}

	/** Text in characters that nobody sees: tags, or bytes as variation selectors. */
	private int hidden(int start) {
		StringBuilder tags = new StringBuilder();
		Bytes bytes = new Bytes();
		int at = start;
		while (at < this.raw.length() && tags.length() + bytes.size() < Decoder.MAX_PIECE) {
			int cp = this.raw.codePointAt(at);
			if (cp >= 0xE0020 && cp < 0xE007F) {
				tags.append((char) (cp - 0xE0000));
			}
			else if (cp >= 0xFE00 && cp <= 0xFE0F) {
				bytes.add(cp - 0xFE00);
			}
			else if (cp >= 0xE0100 && cp <= 0xE01EF) {
				bytes.add(cp - 0xE0100 + 16);
			}
			else if (cp != 0xE0001 && cp != 0xE007F) {
				break;
			}
			at += Character.charCount(cp);
		}
		if (at == start) {
			return at;
		}
		mayGoOn(start, at);
		boolean flag = start >= 2 && this.raw.codePointAt(start - 2) == 0x1F3F4 && tags.length() < 8;
		if (tags.length() >= LEAST_HIDDEN && !flag) {
			add(start, at, " " + tags + " ");
		}
		else if (bytes.size() >= LEAST_HIDDEN) {
			String text = bytes.text(this.open && at == this.raw.length());
			add(start, at, (text != null) ? " " + text + " " : "");
		}
		return at;
	}

}
