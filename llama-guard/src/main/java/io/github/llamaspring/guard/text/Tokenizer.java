package io.github.llamaspring.guard.text;

import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into folded words, in one pass.
 *
 * <p>
 * Two views come of it. The plain one has the words as they are written. The second one
 * undoes tricks: digits and symbols for letters ("b0mb"), spelled-out words ("b o m b").
 * It exists only where it differs, and rules look at both, so that undoing a trick never
 * hides a plain word.
 */
final class Tokenizer {

	private final String raw;

	private final boolean undoLeet;

	private final TokenView view = new TokenView();

	private final StringBuilder word = new StringBuilder();

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

	private Tokenizer(String raw, boolean undoLeet) {
		this.raw = raw;
		this.undoLeet = undoLeet;
	}

	static Tokenizer plain(String raw) {
		Tokenizer tokenizer = new Tokenizer(raw, false);
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
		if (!this.tricks) {
			return null;
		}
		Tokenizer tokenizer = new Tokenizer(this.raw, true);
		tokenizer.run();
		return joinSpelled(tokenizer.view);
	}

	private void run() {
		int i = 0;
		int n = this.raw.length();
		while (i < n) {
			int cp = this.raw.codePointAt(i);
			int next = i + Character.charCount(cp);
			take(cp, i, next);
			i = next;
		}
		close();
	}

	private void take(int cp, int at, int next) {
		if (Character.isLetterOrDigit(cp)) {
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
		else {
			close();
			separator(cp, at);
		}
	}

	private void append(int cp, int at, int next) {
		open(at);
		this.word.append(Folding.fold(cp));
		if (Character.isLetter(cp)) {
			this.letters++;
			if (Folding.isLatin(cp)) {
				this.latin++;
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
		if (cp == 0x308 && last >= 0 && "aou".indexOf(this.word.charAt(last)) >= 0) {
			this.word.append('e');
		}
		if (!Folding.isIgnorable(cp)) {
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
		return this.undoLeet && (inWord || first);
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
		if (this.foreign > 0 && this.latin > 0) {
			unmask();
		}
		if (this.letters >= 2 && this.swaps > 0) {
			this.tricks = true;
			if (this.undoLeet) {
				unleet();
			}
		}
		boolean single = this.word.length() == 1 && this.letters == 1;
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

	/** Only words that mix scripts are unmasked: Russian and Greek stay what they are. */
	private void unmask() {
		for (int i = 0; i < this.word.length(); i++) {
			Character latinLetter = Folding.latinLookalike(this.word.charAt(i));
			if (latinLetter != null) {
				this.word.setCharAt(i, latinLetter);
			}
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

	/**
	 * Joins runs of three or more single letters that one character each separates.
	 */
	private static TokenView joinSpelled(TokenView view) {
		TokenView out = new TokenView();
		int i = 0;
		while (i < view.size()) {
			int end = i + 1;
			while (end < view.size() && isSpelled(view, end)) {
				end++;
			}
			boolean joined = end - i >= 3 && view.wordLength(i) == 1;
			if (!joined) {
				end = i + 1;
			}
			StringBuilder word = new StringBuilder();
			for (int k = i; k < end; k++) {
				word.append(view.word(k));
			}
			out.add(word, view.rawStart(i), view.rawEnd(end - 1), view.startsSentence(i));
			if (joined && end - i > 3 && "aeiouy".indexOf(word.charAt(0)) >= 0) {
				// "a b o m b" may be an article and a word.
				out.add(word.substring(1), view.rawStart(i + 1), view.rawEnd(end - 1), false);
			}
			i = end;
		}
		return out;
	}

	private static boolean isSpelled(TokenView view, int token) {
		return view.wordLength(token) == 1 && view.wordLength(token - 1) == 1
				&& view.rawStart(token) - view.rawEnd(token - 1) == 1 && isLetter(view, token)
				&& isLetter(view, token - 1);
	}

	private static boolean isLetter(TokenView view, int token) {
		return Character.isLetter(view.chars()[view.from(token)]);
	}

}
