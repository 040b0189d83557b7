package io.github.llamaspring.core.chat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.llamaspring.core.error.ChatTemplateException;
import io.github.llamaspring.core.tokenizer.Vocabulary;

/**
 * Tells a user's characters from the template's in a rendered prompt.
 *
 * <p>
 * Every character of a message that occurs in any control token is replaced, before the
 * template runs, by a low surrogate standing alone, which neither a template nor a clean
 * text can hold; one for one, so lengths stay. After rendering these characters are put
 * back and their places are known, whatever the template joined them with: a control
 * token is one only if none of its characters is a user's. White space is in no control
 * token, so {@code trim} works as ever.
 */
final class PromptShadow {

	private static final char FIRST = Character.MIN_LOW_SURROGATE;

	private final List<String> pieces = new ArrayList<>();

	private final Map<Character, Character> shadows = new HashMap<>();

	private final StringBuilder characters = new StringBuilder();

	PromptShadow(Vocabulary vocabulary) {
		for (int id = 0; id < vocabulary.size(); id++) {
			if (vocabulary.isControl(id) && !vocabulary.piece(id).isEmpty()) {
				add(vocabulary.piece(id));
			}
			else if (vocabulary.isMarkup(id)) {
				// Templates are not made of these by halves, so one character will do.
				addFirst(vocabulary.piece(id));
			}
		}
		if (this.characters.length() > Character.MAX_LOW_SURROGATE - FIRST + 1) {
			throw new ChatTemplateException(
					"The control tokens of this model use %d different characters: user text cannot be told from them"
						.formatted(this.characters.length()));
		}
	}

	private void add(String piece) {
		this.pieces.add(piece);
		boolean covered = false;
		for (int i = 0; i < piece.length(); i++) {
			char unit = piece.charAt(i);
			// Half of a pair cannot be replaced alone; the rest of the piece must do.
			if (!Character.isSurrogate(unit)) {
				covered = true;
				addCharacter(unit);
				// A template may change the case of a message.
				addCharacter(Character.toLowerCase(unit));
				addCharacter(Character.toUpperCase(unit));
			}
		}
		if (!covered) {
			throw new ChatTemplateException(
					"The control token '%s' has no character by which user text could be told from it"
						.formatted(piece));
		}
	}

	private void addFirst(String piece) {
		for (int i = 0; i < piece.length(); i++) {
			if (!Character.isSurrogate(piece.charAt(i)) && !Character.isWhitespace(piece.charAt(i))) {
				this.pieces.add(piece);
				addCharacter(piece.charAt(i));
				return;
			}
		}
	}

	private void addCharacter(char unit) {
		if (this.shadows.putIfAbsent(unit, (char) (FIRST + this.characters.length())) == null) {
			this.characters.append(unit);
		}
	}

	/**
	 * A message's text with its characters replaced.
	 * @param kept texts that stay as they are
	 */
	String cover(String content, Set<String> kept) {
		BitSet open = new BitSet();
		for (String text : kept) {
			for (int at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + 1)) {
				open.set(at, at + text.length());
			}
		}
		char[] covered = content.toCharArray();
		for (int i = 0; i < covered.length; i++) {
			Character shadow = open.get(i) ? null : this.shadows.get(covered[i]);
			covered[i] = (shadow != null) ? shadow : covered[i];
		}
		return new String(covered);
	}

	/**
	 * The prompt with the characters put back.
	 */
	Prompt reveal(String rendered) {
		char[] text = rendered.toCharArray();
		BitSet user = new BitSet();
		for (int i = 0; i < text.length; i++) {
			if (Character.isHighSurrogate(text[i]) && i + 1 < text.length && Character.isLowSurrogate(text[i + 1])) {
				i++;
			}
			else if (Character.isLowSurrogate(text[i]) && text[i] - FIRST < this.characters.length()) {
				user.set(i);
				text[i] = this.characters.charAt(text[i] - FIRST);
			}
		}
		return new Prompt(new String(text), user);
	}

	/**
	 * The texts a template looks for in messages, as {@code '</think>'}, that may be left
	 * uncovered: no control token can begin or end inside of them or contain them.
	 */
	Set<String> harmlessLiterals(String template) {
		Set<String> harmless = new HashSet<>();
		for (String literal : literals(template)) {
			if (this.pieces.stream().noneMatch((piece) -> touches(piece, literal))) {
				harmless.add(literal);
			}
		}
		return harmless;
	}

	private static boolean touches(String piece, String literal) {
		if (piece.contains(literal) || literal.contains(piece)) {
			return true;
		}
		for (int length = 1; length < Math.min(piece.length(), literal.length()); length++) {
			if (literal.endsWith(piece.substring(0, length))
					|| literal.startsWith(piece.substring(piece.length() - length))) {
				return true;
			}
		}
		return false;
	}

	private static Set<String> literals(String template) {
		Set<String> literals = new HashSet<>();
		for (char quote : new char[] { '\'', '"' }) {
			int start = template.indexOf(quote);
			while (start >= 0) {
				int end = template.indexOf(quote, start + 1);
				if (end > start + 1) {
					literals.add(template.substring(start + 1, end));
				}
				// Prose may hold an apostrophe, so each quote may begin a literal.
				start = end;
			}
		}
		literals.removeIf((literal) -> literal.length() > 64 || literal.indexOf('\\') >= 0);
		return literals;
	}

	/**
	 * @param text what the model reads
	 * @param user which of its characters can be no part of a control token
	 */
	record Prompt(String text, BitSet user) {
	}

}
