package io.github.llamaspring.guard.stream;

import org.jspecify.annotations.Nullable;

/**
 * Cuts a text that is being written into sentences, by the text alone: behind the blank
 * that follows the end of one, behind a paragraph, or at a blank where one grows long. It
 * keeps some text before each, and nothing else.
 */
final class SentenceCutter {

	/** What is shorter goes with the next one: "z. B." */
	private static final int LEAST = 24;

	private static final int LONG = 128;

	/** Where no blank comes. */
	private static final int MOST = 192;

	private static final int CONTEXT = 256;

	private final StringBuilder text = new StringBuilder();

	/** Where {@link #text} starts in the whole text. */
	private int base;

	/** First unit that was in no sentence yet. */
	private int from;

	private boolean ended;

	private int newlines;

	/**
	 * Takes the next unit.
	 * @return the sentence that ends with it, or null
	 */
	@Nullable Sentence take(char c) {
		this.text.append(c);
		boolean ends = ends(c);
		int length = this.text.length() - this.from;
		boolean cut = (ends && length >= LEAST) || (Character.isWhitespace(c) && length >= LONG)
				|| (length >= MOST && !Character.isHighSurrogate(c));
		return cut ? cut() : null;
	}

	/**
	 * What is left at the end of the text, or null.
	 */
	@Nullable Sentence rest() {
		return (this.from < this.text.length()) ? cut() : null;
	}

	private boolean ends(char c) {
		boolean blank = Character.isWhitespace(c);
		boolean ends = blank && this.ended;
		if (c == '\n') {
			ends |= ++this.newlines == 2;
		}
		else if (!blank) {
			this.newlines = 0;
		}
		this.ended = switch (c) {
			case '.', '?', '!', ';', '…' -> true;
			case '"', '\'', ')', '”', '“', '»', '’' -> this.ended;
			default -> false;
		};
		return ends || c == '。' || c == '？' || c == '！';
	}

	private Sentence cut() {
		Sentence sentence = new Sentence(this.text.toString(), this.from, this.base);
		int start = this.text.length() - CONTEXT;
		if (start > 0) {
			start = wordStart(start);
			this.text.delete(0, start);
			this.base += start;
		}
		this.from = this.text.length();
		return sentence;
	}

	private int wordStart(int at) {
		int start = at;
		while (start < this.text.length() && start - at < 64 && !Character.isWhitespace(this.text.charAt(start))) {
			start++;
		}
		boolean half = start < this.text.length() && Character.isLowSurrogate(this.text.charAt(start));
		return half ? start - 1 : start;
	}

}
