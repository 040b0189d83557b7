package io.github.llamaspring.core.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command as a POSIX shell does, without one: words at white space, quotes of
 * both kinds, and the backslash, which on Windows is a letter like any other.
 */
final class BenchWords {

	/** What a shell would act on, and we cannot. */
	private static final String SHELL_ONLY = "|&;<>()`$";

	private final String command;

	private final boolean backslashEscapes;

	private final List<String> words = new ArrayList<>();

	private final StringBuilder word = new StringBuilder();

	/** An empty pair of quotes is a word too. */
	private boolean inWord;

	private int at;

	private BenchWords(String command, boolean backslashEscapes) {
		this.command = command;
		this.backslashEscapes = backslashEscapes;
	}

	/**
	 * The words of a command, at least one.
	 * @throws UsageException if there is none, a quote stays open, or a shell is needed
	 */
	static List<String> split(String command, boolean backslashEscapes) {
		return new BenchWords(command, backslashEscapes).split();
	}

	private List<String> split() {
		while (this.at < this.command.length()) {
			char c = this.command.charAt(this.at++);
			if (Character.isWhitespace(c)) {
				endWord();
			}
			else if (c == '\'' || c == '"') {
				this.inWord = true;
				quoted(c);
			}
			else if (c == '\\' && this.backslashEscapes) {
				append(escaped());
			}
			else if (SHELL_ONLY.indexOf(c) >= 0) {
				throw new UsageException(
						"'%c' in the command \"%s\" needs a shell, and none runs it: quote it if it is meant as it is"
							.formatted(c, this.command));
			}
			else {
				append(c);
			}
		}
		endWord();
		if (this.words.isEmpty()) {
			throw new UsageException("the peer's command is empty");
		}
		return this.words;
	}

	private void quoted(char quote) {
		while (this.at < this.command.length()) {
			char c = this.command.charAt(this.at++);
			if (c == quote) {
				return;
			}
			boolean escapes = c == '\\' && quote == '"' && this.backslashEscapes && this.at < this.command.length()
					&& "\"\\$`".indexOf(this.command.charAt(this.at)) >= 0;
			append(escapes ? this.command.charAt(this.at++) : c);
		}
		throw new UsageException("a quote %c stays open in the command \"%s\"".formatted(quote, this.command));
	}

	private char escaped() {
		if (this.at == this.command.length()) {
			throw new UsageException("the command \"%s\" ends in a backslash".formatted(this.command));
		}
		return this.command.charAt(this.at++);
	}

	private void append(char c) {
		this.word.append(c);
		this.inWord = true;
	}

	private void endWord() {
		if (this.inWord) {
			this.words.add(this.word.toString());
			this.word.setLength(0);
			this.inWord = false;
		}
	}

}
