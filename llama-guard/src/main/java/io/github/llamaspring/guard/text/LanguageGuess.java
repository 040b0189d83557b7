package io.github.llamaspring.guard.text;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Guesses which of five languages a text is in, by its small words and letters; English
 * where nothing speaks for another. Good enough to choose the language of a message.
 */
public final class LanguageGuess {

	private static final int WORDS = 400;

	private static final Map<String, Set<String>> SMALL_WORDS = new LinkedHashMap<>();

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
		SMALL_WORDS.put(language, Set.of(words.split(" ")));
	}

	/**
	 * ISO 639-1 code.
	 */
	public static String of(String text) {
		String start = text.substring(0, Math.min(text.length(), 4000));
		TokenView view = NormText.whole(start).words();
		Map<String, Double> points = new LinkedHashMap<>();
		SMALL_WORDS.keySet().forEach((language) -> points.put(language, 0.0));
		for (int i = 0; i < Math.min(view.size(), WORDS); i++) {
			String word = view.word(i);
			SMALL_WORDS
				.forEach((language, words) -> points.merge(language, words.contains(word) ? 1.0 : 0.0, Double::sum));
		}
		start.codePoints().forEach((cp) -> letters(points, cp));
		String best = "en";
		for (Map.Entry<String, Double> entry : points.entrySet()) {
			if (entry.getValue() > points.getOrDefault(best, 0.0)) {
				best = entry.getKey();
			}
		}
		return best;
	}

	private static void letters(Map<String, Double> points, int cp) {
		switch (cp) {
			case 'ß', 'ä', 'ö', 'ü' -> points.merge("de", 1.0, Double::sum);
			case 'ã', 'õ' -> points.merge("pt", 1.5, Double::sum);
			case 'ñ', '¿', '¡' -> points.merge("es", 1.5, Double::sum);
			case 'è', 'ù', 'œ', 'î', 'ë' -> points.merge("fr", 1.0, Double::sum);
			case 'ç' -> {
				points.merge("pt", 0.7, Double::sum);
				points.merge("fr", 0.5, Double::sum);
			}
			case 'ê', 'â', 'ô', 'à' -> {
				points.merge("pt", 0.4, Double::sum);
				points.merge("fr", 0.5, Double::sum);
			}
			case 'á', 'í', 'ó', 'ú' -> {
				points.merge("pt", 0.4, Double::sum);
				points.merge("es", 0.5, Double::sum);
			}
			default -> {
			}
		}
	}

}
