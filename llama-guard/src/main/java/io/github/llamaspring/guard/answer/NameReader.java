package io.github.llamaspring.guard.answer;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Reads names: words with a capital that are not first in their sentence. German writes
 * every noun with one; there only the last of several in a row counts, or what stands
 * behind a title.
 */
final class NameReader {

	/** More capitals in a row are a headline. */
	private static final int LONGEST = 5;

	private NameReader() {
	}

	/**
	 * All of them, by position.
	 */
	static List<Fact> read(List<Token> tokens, boolean german) {
		List<Fact> names = new ArrayList<>();
		int at = 0;
		while (at < tokens.size()) {
			if (!isNameLike(tokens.get(at))) {
				at++;
				continue;
			}
			int end = runEnd(tokens, at);
			Fact name = name(tokens, at, end, german);
			if (name != null) {
				names.add(name);
			}
			at = end;
		}
		return names;
	}

	private static boolean isNameLike(Token token) {
		return token.isCapitalised() && !FactWords.NO_NAMES.contains(token.folded()) && FactWords.month(token) == 0
				&& FactWords.unit(token.text()) == null;
	}

	private static int runEnd(List<Token> tokens, int from) {
		int end = from + 1;
		while (end < tokens.size()) {
			if (isNameLike(tokens.get(end))) {
				end++;
			}
			else if (end + 1 < tokens.size() && isLink(tokens.get(end)) && isNameLike(tokens.get(end + 1))) {
				end += 2;
			}
			else {
				return end;
			}
		}
		return end;
	}

	private static boolean isLink(Token token) {
		return token.is("-") || token.is("'") || token.is("’")
				|| (token.isWord() && !token.isCapitalised() && FactWords.LINKS.contains(token.folded()));
	}

	private static @Nullable Fact name(List<Token> tokens, int from, int end, boolean german) {
		boolean titled = FactWords.TITLES.contains(tokens.get(from).folded());
		boolean first = startsSentence(tokens, from);
		List<Token> words = new ArrayList<>();
		for (Token token : tokens.subList(from, end)) {
			if (token.isCapitalised()) {
				words.add(token);
			}
		}
		int capitals = words.size();
		if (titled || first) {
			words.removeFirst();
		}
		boolean headline = capitals > LONGEST;
		boolean nouns = german && !titled && capitals < (first ? 3 : 2);
		if (words.isEmpty() || headline || nouns || words.stream().allMatch(NameReader::isAbbreviation)) {
			return null;
		}
		List<Token> asked = german ? List.of(words.getLast()) : words;
		return new Fact.Name(asked.stream().map(Token::folded).toList(), words.getFirst().start(),
				words.getLast().end());
	}

	/** "PDF", "FAQ"; also a single letter. */
	private static boolean isAbbreviation(Token token) {
		String text = token.text();
		return text.length() == 1 || text.chars().allMatch(Character::isUpperCase);
	}

	private static boolean startsSentence(List<Token> tokens, int at) {
		if (at == 0) {
			return true;
		}
		Token before = tokens.get(at - 1);
		return before.kind() == Token.Kind.SIGN && !before.is(",") && !before.is("-") && !before.is("'")
				&& !before.is("’") && !before.is("&") && !before.is(")");
	}

}
