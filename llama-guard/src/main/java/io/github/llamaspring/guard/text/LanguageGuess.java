package io.github.llamaspring.guard.text;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Guesses which of five languages a text is in, by its small words and letters; English
 * where nothing speaks for another. Good enough to choose the language of a message.
 */
public final class LanguageGuess {

	private static final int WORDS = 400;

	private static final List<String> LANGUAGES = List.of("en", "de", "pt", "es", "fr");

	private static final int DE = LANGUAGES.indexOf("de");

	private static final int PT = LANGUAGES.indexOf("pt");

	private static final int ES = LANGUAGES.indexOf("es");

	private static final int FR = LANGUAGES.indexOf("fr");

	/** Small words by a hash of few bits. */
	private static final @Nullable Small[] SMALL_WORDS = new Small[1024];

	static {
		words("en", "the and is are you how what to of in for my with can do does this that i it me please where when "
				+ "your a an on at have was who why make");
		words("de", "der die das und ist sind wie was ich du sie es ein eine einen nicht mit fuer auf zu den dem kann "
				+ "bitte mein meine wo wann von im ohne warum wer mir mich man baue mache will moechte");
		words("pt", "o os um uma e é como que eu voce de da do das dos para por com nao meu minha onde quando em no na "
				+ "posso faco fazer quero sao tem isto isso qual ao mais esta");
		words("es",
				"el los las un una y es como que yo usted de del para por con no mi donde cuando en puedo hago hacer "
						+ "quiero son tiene esto eso cual al mas esta la lo se");
		words("fr",
				"le les un une et est comment que je vous tu de du des pour par avec ne pas mon ma ou quand en peux "
						+ "fais faire veux sont a ce cela quel au plus la se il");
	}

	private LanguageGuess() {
	}

	private static void words(String language, String words) {
		for (String word : words.split(" ")) {
			char[] letters = word.toCharArray();
			int slot = slot(letters, 0, letters.length);
			Small known = SMALL_WORDS[slot];
			int languages = (known != null) ? known.languages : 0;
			SMALL_WORDS[slot] = new Small(letters, languages | (1 << LANGUAGES.indexOf(language)));
		}
	}

	/** Where a word stands, or may stand. */

	private static int slot(char[] chars, int from, int to) {
		int hash = 0;
		for (int i = from; i < to; i++) {
			hash = 31 * hash + chars[i];
		}
		int slot = (hash ^ (hash >>> 10)) & (SMALL_WORDS.length - 1);
		Small known = SMALL_WORDS[slot];
		while (known != null && !known.is(chars, from, to)) {
			slot = (slot + 1) & (SMALL_WORDS.length - 1);
			known = SMALL_WORDS[slot];
		}
		return slot;
	}

	/** Bits of the languages that have this small word. */
	private static int languages(char[] chars, int from, int to) {
		Small known = SMALL_WORDS[slot(chars, from, to)];
		return (known != null) ? known.languages : 0;
	}

	/**
	 * ISO 639-1 code.
	 */
	public static String of(String text) {
		String start = text.substring(0, Math.min(text.length(), 4000));
		TextBuffers buffers = TextBuffers.take();
		TokenView view = Tokenizer.plain(start, Deadline.NONE, buffers).view();
		double[] points = new double[LANGUAGES.size()];
		for (int i = 0; i < Math.min(view.size(), WORDS); i++) {
			int languages = languages(view.chars(), view.from(i), view.to(i));
			for (int k = 0; k < points.length; k++) {
				points[k] += (languages >> k) & 1;
			}
		}
		buffers.giveBack(start.length());
		for (int i = 0; i < start.length(); i++) {
			letters(points, start.charAt(i));
		}
		int best = 0;
		for (int k = 1; k < points.length; k++) {
			best = (points[k] > points[best]) ? k : best;
		}
		return LANGUAGES.get(best);
	}

	private static void letters(double[] points, char c) {
		switch (c) {
			case 'ß', 'ä', 'ö', 'ü' -> points[DE] += 1;
			case 'ã', 'õ' -> points[PT] += 1.5;
			case 'ñ', '¿', '¡' -> points[ES] += 1.5;
			case 'è', 'ù', 'œ', 'î', 'ë' -> points[FR] += 1;
			case 'ç' -> {
				points[PT] += 0.7;
				points[FR] += 0.5;
			}
			case 'ê', 'â', 'ô', 'à' -> {
				points[PT] += 0.4;
				points[FR] += 0.5;
			}
			case 'á', 'í', 'ó', 'ú' -> {
				points[PT] += 0.4;
				points[ES] += 0.5;
			}
			default -> {
			}
		}
	}

	/**
	 * A small word.
	 *
	 * @param languages their bits
	 */
	private record Small(char[] letters, int languages) {

		boolean is(char[] chars, int from, int to) {
			return Arrays.equals(this.letters, 0, this.letters.length, chars, from, to);
		}

	}

}
