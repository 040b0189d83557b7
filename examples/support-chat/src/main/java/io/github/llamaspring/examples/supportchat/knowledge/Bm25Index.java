package io.github.llamaspring.examples.supportchat.knowledge;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Ranks texts by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework:
 * BM25 and Beyond", 2009) with Lucene's always positive inverse document frequency.
 *
 * <pre>
 * score(q, d) = Σ ln(1 + (N - df + 0.5) / (df + 0.5)) · tf · (k1 + 1) / (tf + k1 · (1 - b + b · |d| / avg))
 * </pre>
 *
 * Words are lower-cased, stripped of accents and cut after six characters: a stemmer that
 * serves European languages alike. Immutable and thread-safe.
 */
final class Bm25Index {

	private static final double K1 = 1.2;

	private static final double B = 0.75;

	private static final int STEM = 6;

	private static final Pattern MARKS = Pattern.compile("\\p{M}+");

	private static final Pattern SEPARATORS = Pattern.compile("[^\\p{L}\\p{N}]+");

	/** Words that say nothing, without accents, in the five languages of the page. */
	private static final Set<String> STOP_WORDS = Set.copyOf(Arrays.asList("""
			a about all am an and any are as at be been but by can could did do does for from get good got had has
			have he here hi how i if in into is it its just me much my no not of on only or our out over please she
			should so some tell than that the them then there they this to too us very want was we were what when
			where which who why will with would write yes you your
			aber als am auch auf aus bei bin bis das dass dem den der des die du ein eine einen einem einer er es fur
			gibt guten habe haben hat ich ihr im ist ja kann kein keine konnen man mein meine mich mir mit nach nicht
			noch nur oder sich sie sind so uber um und uns von vor wann war was welche wenn wer werden wie wir wird
			wo zu zum zur
			ao com como da de do e ele ela em essa esse esta este eu isso mais mas meu minha na nao no nos o os para
			pode por posso qual quando que quem se sem seu sua tem um uma voce voces
			al con cual cuando del el en es eso esto hay la las lo los mas me mi mis muy pero por puedo que quien si
			sin son su sus un una unos y ya yo
			au aux avec ce ces cette comment dans des du elle en est et il ils j je l la le les leur ma mais mes mon
			ne nous ou par pas plus pour puis quand que quel quelle qui sa sans ses si son sont sur tu un une vos
			votre vous
			""".split("\\s+")));

	private final List<Map<String, Integer>> frequencies = new ArrayList<>();

	private final List<Integer> lengths = new ArrayList<>();

	private final Map<String, Integer> documentFrequency = new HashMap<>();

	private final double averageLength;

	Bm25Index(Collection<String> texts) {
		long total = 0;
		for (String text : texts) {
			List<String> terms = terms(text);
			Map<String, Integer> counts = new HashMap<>();
			terms.forEach((term) -> counts.merge(term, 1, Integer::sum));
			counts.keySet().forEach((term) -> this.documentFrequency.merge(term, 1, Integer::sum));
			this.frequencies.add(counts);
			this.lengths.add(terms.size());
			total += terms.size();
		}
		this.averageLength = Math.max(1, (double) total / Math.max(1, texts.size()));
	}

	/**
	 * The texts that share a word with the query, best first.
	 */
	List<Hit> search(String query) {
		Set<String> terms = new LinkedHashSet<>(terms(query));
		List<Hit> hits = new ArrayList<>();
		for (int document = 0; document < this.frequencies.size(); document++) {
			double score = 0;
			for (String term : terms) {
				score += score(term, document);
			}
			if (score > 0) {
				hits.add(new Hit(document, score));
			}
		}
		hits.sort(Comparator.comparingDouble(Hit::score).reversed());
		return hits;
	}

	private double score(String term, int document) {
		int frequency = this.frequencies.get(document).getOrDefault(term, 0);
		if (frequency == 0) {
			return 0;
		}
		int containing = this.documentFrequency.getOrDefault(term, 0);
		double idf = Math.log(1 + (this.frequencies.size() - containing + 0.5) / (containing + 0.5));
		double norm = K1 * (1 - B + B * this.lengths.get(document) / this.averageLength);
		return idf * frequency * (K1 + 1) / (frequency + norm);
	}

	static List<String> terms(String text) {
		String plain = MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD))
			.replaceAll("")
			.toLowerCase(Locale.ROOT);
		List<String> terms = new ArrayList<>();
		for (String word : SEPARATORS.split(plain)) {
			if (!word.isEmpty() && !STOP_WORDS.contains(word)) {
				terms.add(word.substring(0,
						word.offsetByCodePoints(0, Math.min(STEM, word.codePointCount(0, word.length())))));
			}
		}
		return terms;
	}

	/**
	 * A text that fits.
	 *
	 * @param document its place in the indexed texts
	 * @param score higher fits better
	 */
	record Hit(int document, double score) {
	}

}
