package io.github.llamaspring.guard.text;

import java.text.Normalizer;

import org.jspecify.annotations.Nullable;

/**
 * The text character by character without the invisible ones and with full-width forms
 * made plain; punctuation, case and accents stay. Used where the form matters: e-mail
 * addresses, numbers, keys.
 */
public final class CleanText {

	private final String text;

	private final int @Nullable [] rawAt;

	private final String raw;

	private CleanText(String text, int @Nullable [] rawAt, String raw) {
		this.text = text;
		this.rawAt = rawAt;
		this.raw = raw;
	}

	/**
	 * @param buffers which hold the places
	 */
	static CleanText of(String raw, Deadline deadline, TextBuffers buffers) {
		for (int i = 0; i < raw.length(); i++) {
			deadline.step();
			char c = raw.charAt(i);
			if (c >= 0xAD && needsCleaning(raw, i)) {
				return cleaned(raw, deadline, buffers);
			}
		}
		return new CleanText(raw, null, raw);
	}

	private static boolean needsCleaning(String raw, int at) {
		int cp = raw.codePointAt(at);
		return Folding.isIgnorable(cp) || plain(cp) != cp;
	}

	private static CleanText cleaned(String raw, Deadline deadline, TextBuffers buffers) {
		StringBuilder out = buffers.clean(raw.length());
		int[] rawAt = buffers.cleanAt(raw.length());
		int i = 0;
		while (i < raw.length()) {
			deadline.step();
			int cp = raw.codePointAt(i);
			if (!Folding.isIgnorable(cp)) {
				int plain = plain(cp);
				for (int k = 0; k < Character.charCount(plain); k++) {
					rawAt[out.length() + k] = i + ((plain == cp) ? k : 0);
				}
				out.appendCodePoint(plain);
			}
			i += Character.charCount(cp);
		}
		return new CleanText(out.toString(), rawAt, raw);
	}

	/** Full-width and mathematical letters and digits, unusual blanks and dashes. */
	private static int plain(int cp) {
		if (cp < 0xA0) {
			return cp;
		}
		if (cp == 0xA0 || cp == 0x202F || (cp >= 0x2000 && cp <= 0x200A)) {
			return ' ';
		}
		if (cp >= 0x2010 && cp <= 0x2015) {
			return '-';
		}
		if ((cp >= 0xFF01 && cp <= 0xFF5E) || (cp >= 0x1D400 && cp <= 0x1D7FF)) {
			String normal = Normalizer.normalize(Character.toString(cp), Normalizer.Form.NFKC);
			return (normal.length() == 1) ? normal.charAt(0) : cp;
		}
		int digit = (Character.getType(cp) == Character.DECIMAL_DIGIT_NUMBER) ? Character.digit(cp, 10) : -1;
		return (digit >= 0) ? '0' + digit : cp;
	}

	/**
	 * The clean characters.
	 */
	public String text() {
		return this.text;
	}

	/**
	 * Where a clean offset stands in the raw text.
	 */
	public int rawStart(int clean) {
		if (this.rawAt == null) {
			return clean;
		}
		return (clean < this.text.length()) ? this.rawAt[clean] : this.raw.length();
	}

	/**
	 * Where the part that ends at a clean offset ends in the raw text.
	 */
	public int rawEnd(int clean) {
		if (this.rawAt == null || clean == 0) {
			return clean;
		}
		// Invisible characters after the last one are not taken along.
		int last = this.rawAt[clean - 1];
		return last + Character.charCount(this.raw.codePointAt(last));
	}

}
