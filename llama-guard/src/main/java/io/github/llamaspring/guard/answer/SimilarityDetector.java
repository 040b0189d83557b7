package io.github.llamaspring.guard.answer;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.guard.semantic.SentenceVectors;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

/**
 * Finds sentences of an answer that are like no sentence of its sources. Thread-safe.
 */
public final class SimilarityDetector implements Detector {

	/** Shorter sentences ("Gladly!") state nothing. */
	private static final int LEAST_WORDS = 5;

	private static final int MOST_ANSWERED = 64;

	private static final int MOST_SOURCES = 512;

	private final List<String> sources;

	private final SentenceVectors vectors;

	private final double threshold;

	/**
	 * @param threshold cosine from which a sentence counts as held
	 */
	public SimilarityDetector(List<String> sources, SentenceVectors vectors, double threshold) {
		this.sources = sources;
		this.vectors = vectors;
		this.threshold = threshold;
	}

	@Override
	public String family() {
		return GroundDetector.FAMILY;
	}

	@Override
	public boolean readsEncoded() {
		return false;
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		List<int[]> sentences = sentences(text, MOST_ANSWERED);
		List<String> all = new ArrayList<>();
		sentences.forEach((span) -> all.add(text.raw().substring(span[0], span[1])));
		int answered = all.size();
		for (String source : this.sources) {
			NormText passage = NormText.whole(source, text.deadline());
			for (int[] span : sentences(passage, MOST_SOURCES + answered - all.size())) {
				all.add(source.substring(span[0], span[1]));
			}
		}
		if (answered == 0 || all.size() == answered) {
			return;
		}
		List<float[]> vectors = text.deadline().beside(() -> this.vectors.of(all));
		for (int i = 0; i < answered; i++) {
			double best = best(vectors, i, answered);
			if (best < this.threshold) {
				int[] span = sentences.get(i);
				sink.match(new Match(GroundDetector.PREFIX + "similarity", GroundDetector.CATEGORY,
						Math.clamp(1 - best, 0, 1), span[0], span[1]));
			}
		}
	}

	private static double best(List<float[]> vectors, int sentence, int answered) {
		double best = -1;
		for (float[] source : vectors.subList(answered, vectors.size())) {
			best = Math.max(best, cosine(vectors.get(sentence), source));
		}
		return best;
	}

	private static double cosine(float[] one, float[] other) {
		double dot = 0;
		for (int i = 0; i < one.length; i++) {
			dot += one[i] * other[i];
		}
		return dot;
	}

	/** Where they start and end. */
	private static List<int[]> sentences(NormText text, int most) {
		TokenView words = text.words();
		List<int[]> spans = new ArrayList<>();
		int first = 0;
		for (int i = 1; i <= words.size() && spans.size() < most; i++) {
			if (i == words.size() || words.startsSentence(i)) {
				if (i - first >= LEAST_WORDS) {
					spans.add(new int[] { words.rawStart(first), words.rawEnd(i - 1) });
				}
				first = i;
			}
		}
		return spans;
	}

}
