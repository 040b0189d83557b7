package io.github.llamaspring.guard.classify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.digest.Sha256;
import io.github.llamaspring.guard.semantic.SentenceVectors;
import io.github.llamaspring.guard.text.NormText;

/**
 * Compares short texts by how harmful each is as a whole. Remembers the last ones by
 * their hash. Thread-safe.
 */
public final class HarmScorer {

	private static final int REMEMBERED = 4096;

	private final Heads heads;

	private final @Nullable VectorHeads vectorHeads;

	private final @Nullable SentenceVectors vectors;

	private final Cache<ByteBuffer, Harm> known = Caffeine.newBuilder().maximumSize(REMEMBERED).build();

	private HarmScorer(Heads heads, @Nullable VectorHeads vectorHeads, @Nullable SentenceVectors vectors) {
		this.heads = heads;
		this.vectorHeads = vectorHeads;
		this.vectors = vectors;
	}

	/**
	 * By words alone.
	 */
	public static HarmScorer ofWords(Heads heads) {
		return new HarmScorer(heads, null, null);
	}

	/**
	 * By words and meaning.
	 */
	public static HarmScorer ofMeaning(Heads heads, VectorHeads vectorHeads, SentenceVectors vectors) {
		return new HarmScorer(heads, vectorHeads, vectors);
	}

	/**
	 * Scores texts in their order; those not known yet are encoded together.
	 * @param texts each with a letter, no longer than an encoder reads at once
	 * @throws RuntimeException if the encoder fails
	 */
	public List<Harm> score(List<String> texts) {
		List<ByteBuffer> keys = texts.stream().map((text) -> ByteBuffer.wrap(Sha256.bytes(text))).toList();
		List<@Nullable Harm> scores = new ArrayList<>();
		SequencedSet<String> missing = new LinkedHashSet<>();
		for (int i = 0; i < keys.size(); i++) {
			Harm before = this.known.getIfPresent(keys.get(i));
			scores.add(before);
			if (before == null) {
				missing.add(texts.get(i));
			}
		}
		if (!missing.isEmpty()) {
			List<String> fresh = List.copyOf(missing);
			List<float[]> encoded = (this.vectors != null) ? this.vectors.of(fresh) : List.of();
			for (int i = 0; i < keys.size(); i++) {
				if (scores.get(i) == null) {
					int at = fresh.indexOf(texts.get(i));
					Harm harm = score(texts.get(i), encoded.isEmpty() ? null : encoded.get(at));
					scores.set(i, harm);
					this.known.put(keys.get(i), harm);
				}
			}
		}
		return scores.stream().map(Objects::requireNonNull).toList();
	}

	private Harm score(String text, float @Nullable [] vector) {
		HeadRun words = this.heads.run(false);
		words.score(NormText.whole(text), 0);
		if (vector == null || this.vectorHeads == null) {
			Calibration calibration = this.heads.head(Head.HARM).calibration(words.language(), false);
			return new Harm(logOdds(calibration, words.highest(Head.HARM)), words.category(Head.HARM));
		}
		VectorHead head = this.vectorHeads.head(Head.HARM);
		double raw = head.raw(head.logit(vector), words.highest(Head.HARM));
		return new Harm(logOdds(head.calibration(words.language(), false), raw),
				this.vectorHeads.categories().best(vector, VectorRun.CATEGORY, HeadRun.OTHER));
	}

	private static double logOdds(Calibration calibration, double raw) {
		return calibration.slope() * raw + calibration.offset();
	}

	/**
	 * How harmful a text is.
	 *
	 * @param logOdds of the calibrated probability that it asks for or is harm
	 * @param category the item of the policy it is nearest to
	 */
	public record Harm(double logOdds, String category) {
	}

}
