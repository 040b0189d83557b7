package io.github.llamaspring.guard.text;

import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into folded words, in one pass.
 *
 * <p>
 * Two views come of it. The plain one has the words as they are written. The second one
 * undoes tricks: digits and symbols for letters ("b0mb"), spelled-out words ("b o m b"),
 * accents on every letter, whole words of lookalikes among mixed ones. It exists only
 * where it differs, and rules look at both, so that undoing a trick never hides a plain
 * word.
 */
final class Tokenizer {

	private final String raw;

	/** The first pass over the same text, where this is the one that undoes tricks. */
	private final @Nullable Tokenizer first;

	private final Deadline deadline;

	private final TokenView view;

	private final TextBuffers buffers;

	private final StringBuilder word;

	private int wordStart = -1;

	private int wordEnd;

	private int latin;

	private int foreign;

	private int letters;

	private int swaps;

	private boolean sentenceEnd;

	private boolean sentenceBreak;

	private int newlines;

	private boolean tricks;

	private int singles;

	/** Words that mix scripts. */
	private int mixedWords;

	/** Words that mix letters and digits. */
	private int leetWords;

	/** Latin letters of the whole text, and those with accents. */
	private int latinLetters;

	private int accents;

	/** Whether accents are dropped. */
	private final boolean bare;

	private Tokenizer(String raw, @Nullable Tokenizer first, Deadline deadline, TextBuffers buffers) {
		this.raw = raw;
		this.buffers = buffers;
		this.word = buffers.word();
		this.view = (first == null) ? buffers.words(raw.length()) : buffers.undone(raw.length());
		this.deadline = deadline;
		this.first = first;
		this.bare = first != null && first.isAccented();
	}

	/**
	 * @param buffers which hold the views
	 */
	static Tokenizer plain(String raw, Deadline deadline, TextBuffers buffers) {
		Tokenizer tokenizer = new Tokenizer(raw, null, deadline, buffers);
		tokenizer.run();
		return tokenizer;
	}

	TokenView view() {
		return this.view;
	}

	/**
	 * The view with tricks undone, or null where there are none.
	 */
	@Nullable TokenView undone() {
		if (!this.tricks && this.mixedWords == 0 && !isAccented()) {
			return null;
		}
		Tokenizer tokenizer = new Tokenizer(this.raw, this, this.deadline, this.buffers);
		tokenizer.run();
		return Spelling.join(this.raw, tokenizer.view, this.buffers.joined(this.raw.length()), this.deadline);
	}

	/** No language has that many; without them "ö" is an "o". */
	private boolean isAccented() {
		return this.accents >= 4 && this.accents * 4 >= this.latinLetters;
	}

	/** So many words with digits that digits alone may be words, too. */
	private boolean isLeet() {
		return this.leetWords >= 2 && this.leetWords * 4 >= this.view.size();
	}

	private void run() {
		int i = 0;
		int n = this.raw.length();
		while (i < n) {
			int cp = this.raw.codePointAt(i);
			int next = i + Character.charCount(cp);
			take(cp, i, next);
			i = next;
			this.deadline.step();
		}
		close();
	}

	private void take(int cp, int at, int next) {
		if ((cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z')) {
			// The usual case, apart for speed.
			open(at);
			this.word.append((char) (cp | 0x20));
			this.letters++;
			this.latin++;
			this.wordEnd = next;
		}
		else if (Character.isLetterOrDigit(cp)) {
			append(cp, at, next);
		}
		else if (this.wordStart >= 0 && (Folding.isMark(cp) || Folding.isIgnorable(cp))) {
			mark(cp, next);
		}
		else if (Folding.isIgnorable(cp)) {
			return;
		}
		else if (isSwap(cp, next)) {
			swap((char) cp, at, next);
		}
		else if (Folding.enclosedLetter(cp) != 0) {
			append(Folding.enclosedLetter(cp), at, next);
		}
		else {
			close();
			separator(cp, at);
		}
	}

	private void append(int cp, int at, int next) {
		open(at);
		this.word.append(this.bare ? Folding.bare(cp) : Folding.fold(cp));
		if (Character.isLetter(cp)) {
			this.letters++;
			if (Folding.isLatin(cp)) {
				this.latin++;
				if (cp >= 0xC0 && Folding.hasAccent(cp)) {
					this.accents++;
				}
			}
			else {
				this.foreign++;
			}
		}
		else if (cp < 0x80) {
			this.swaps++;
		}
		this.wordEnd = next;
	}

	private void mark(int cp, int next) {
		int last = this.word.length() - 1;
		if (cp == 0x308 && !this.bare && last >= 0 && "aou".indexOf(this.word.charAt(last)) >= 0) {
			this.word.append('e');
		}
		if (!Folding.isIgnorable(cp)) {
			this.accents += (this.latin > 0) ? 1 : 0;
			this.wordEnd = next;
		}
	}

	private boolean isSwap(int cp, int next) {
		if ("@$!|+€".indexOf(cp) < 0 || next >= this.raw.length()) {
			return false;
		}
		boolean inWord = this.wordStart >= 0 && Character.isLetterOrDigit(this.raw.charAt(next));
		boolean first = this.wordStart < 0 && (cp == '@' || cp == '$') && Character.isLetter(this.raw.charAt(next));
		this.tricks |= inWord || first;
		return this.first != null && (inWord || first);
	}

	private void swap(char symbol, int at, int next) {
		open(at);
		this.word.append(symbol);
		this.swaps++;
		this.wordEnd = next;
	}

	private void open(int at) {
		if (this.wordStart < 0) {
			this.wordStart = at;
			this.sentenceBreak |= this.newlines >= 2;
			this.newlines = 0;
			this.sentenceEnd = false;
		}
	}

	private void close() {
		if (this.wordStart < 0) {
			return;
		}
		this.latinLetters += this.latin;
		if (this.foreign > 0) {
			foreign();
		}
		if (this.swaps > 0) {
			swapped();
		}
		boolean single = this.letters == 1 && this.swaps == 0 && this.word.length() <= 2;
		this.singles = single ? this.singles + 1 : 0;
		this.tricks |= this.singles >= 3;
		this.view.add(this.word, this.wordStart, this.wordEnd, this.sentenceBreak);
		this.word.setLength(0);
		this.wordStart = -1;
		this.latin = 0;
		this.foreign = 0;
		this.letters = 0;
		this.swaps = 0;
		this.sentenceBreak = false;
	}

	/**
	 * Only words that mix scripts are unmasked: Russian and Greek stay what they are. The
	 * second view also unmasks words of nothing but lookalikes, if there are mixed ones.
	 */
	private void foreign() {
		boolean mixed = this.latin > 0;
		this.mixedWords += mixed ? 1 : 0;
		boolean whole = this.first != null && this.first.mixedWords > 0;
		if (mixed || whole) {
			String unmasked = unmasked(!mixed);
			if (unmasked != null) {
				this.word.setLength(0);
				this.word.append(unmasked);
			}
		}
	}

	private @Nullable String unmasked(boolean wholly) {
		StringBuilder out = new StringBuilder();
		int at = this.wordStart;
		while (at < this.wordEnd) {
			int cp = this.raw.codePointAt(at);
			at += Character.charCount(cp);
			char letter = Folding.lookalike(cp);
			if (letter != 0) {
				out.append(letter);
			}
			else if (wholly && Character.isLetter(cp)) {
				return null;
			}
			else {
				out.append(Folding.fold((Folding.enclosedLetter(cp) != 0) ? Folding.enclosedLetter(cp) : cp));
			}
		}
		return out.toString();
	}

	private void swapped() {
		this.leetWords += (this.letters > 0) ? 1 : 0;
		this.tricks |= this.letters >= 2;
		boolean few = this.first != null && this.first.isLeet() && (this.letters > 0 || this.word.length() <= 2);
		if (this.first != null && (this.letters >= 2 || few)) {
			unleet();
		}
	}

	private void unleet() {
		for (int i = 0; i < this.word.length(); i++) {
			char next = (i + 1 < this.word.length()) ? this.word.charAt(i + 1) : 0;
			char letter = Folding.leet(this.word.charAt(i), next);
			if (letter != 0) {
				this.word.setCharAt(i, letter);
				if (letter == 'l' && next == '1') {
					this.word.setCharAt(++i, 'l');
				}
			}
		}
	}

	private void separator(int cp, int at) {
		if (cp == '\n') {
			this.newlines++;
		}
		if (Character.isWhitespace(cp)) {
			this.sentenceBreak |= this.sentenceEnd;
		}
		this.sentenceEnd = switch (cp) {
			case '.', '?', '!', ';', '…' -> true;
			case '"', '\'', ')', '”', '“', '»', '’' -> this.sentenceEnd;
			default -> false;
		};
		if (cp == '。' || cp == '？' || cp == '！') {
			this.sentenceBreak = true;
		}
	}

}
