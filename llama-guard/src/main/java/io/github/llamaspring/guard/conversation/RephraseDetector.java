package io.github.llamaspring.guard.conversation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Turn;
import io.github.llamaspring.guard.classify.HarmScorer;
import io.github.llamaspring.guard.semantic.MeaningSpace;
import io.github.llamaspring.guard.semantic.SentenceVectors;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

/**
 * Knows a message that was refused again when it comes in other words: by the words both
 * have in common and, with an encoder, by their meaning, in whatever language.
 */
final class RephraseDetector implements Detector {

	/**
	 * Cosine of messages without their language from which they say the same: higher than
	 * any on our development half that doesn't.
	 */
	private static final double SAME = 0.47;

	/** Share of the shorter one's words that the other one has. */
	private static final double SHARED = 0.5;

	/** Words in common. */
	private static final int LEAST_SHARED = 3;

	/** Letters of a word that counts. */
	private static final int WORD = 4;

	private static final int MOST_WORDS = 200;

	private final List<String> refused;

	private final HarmScorer scorer;

	private final @Nullable MeaningSpace space;

	private final @Nullable SentenceVectors vectors;

	RephraseDetector(List<Turn> refused, HarmScorer scorer, @Nullable MeaningSpace space,
			@Nullable SentenceVectors vectors) {
		this.refused = refused.stream().map(Turn::text).toList();
		this.scorer = scorer;
		this.space = space;
		this.vectors = vectors;
	}

	@Override
	public String family() {
		return ConversationChecks.FAMILY;
	}

	@Override
	public boolean readsEncoded() {
		return false;
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		String newest = Turn.of(text.raw()).text();
		if (!ConversationChecks.isTelling(newest)) {
			return;
		}
		double nearness = Math.max(byWords(newest), text.deadline().beside(() -> byMeaning(newest)));
		if (nearness > 0) {
			String category = text.deadline().beside(() -> this.scorer.score(List.of(newest)).getFirst().category());
			sink.match(new Match(ConversationChecks.REPHRASE, category, Math.min(1, nearness), 0, text.raw().length()));
		}
	}

	private double byWords(String newest) {
		Set<String> words = words(newest);
		double most = 0;
		for (String before : this.refused) {
			Set<String> shared = words(before);
			double shorter = Math.min(words.size(), shared.size());
			shared.retainAll(words);
			if (shared.size() >= LEAST_SHARED && shared.size() >= SHARED * shorter) {
				most = Math.max(most, shared.size() / shorter);
			}
		}
		return most;
	}

	private static Set<String> words(String text) {
		Set<String> words = new HashSet<>();
		for (TokenView view : NormText.whole(text).views()) {
			for (int i = 0; i < Math.min(view.size(), MOST_WORDS); i++) {
				if (view.to(i) - view.from(i) >= WORD) {
					words.add(view.word(i));
				}
			}
		}
		return words;
	}

	private double byMeaning(String newest) {
		if (this.space == null || this.vectors == null) {
			return 0;
		}
		List<String> texts = new ArrayList<>(this.refused);
		texts.add(newest);
		List<float[]> encoded = this.vectors.of(texts);
		float[] place = this.space.place(encoded.getLast());
		double most = 0;
		for (float[] vector : encoded.subList(0, encoded.size() - 1)) {
			most = Math.max(most, MeaningSpace.cosine(place, this.space.place(vector)));
		}
		return (most >= SAME) ? most : 0;
	}

}
