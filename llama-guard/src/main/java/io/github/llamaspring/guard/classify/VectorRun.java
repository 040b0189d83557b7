package io.github.llamaspring.guard.classify;

import io.github.llamaspring.guard.semantic.Piece;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Span;
import io.github.llamaspring.guard.semantic.SentenceVectors;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

/**
 * One check by the heads on sentence vectors and by the linear heads together, of a text
 * and of what is encoded in it. Used for one text, by one thread.
 *
 * <p>
 * Each piece of the text is scored, and the highest score counts. Where a text has more
 * pieces than can be encoded, the linear heads choose. If the encoder fails, the linear
 * heads' findings are reported before the exception leaves.
 */
public final class VectorRun implements Detector {

	/** Probability from which a category is named. */
	static final double CATEGORY = 0.4;

	/** Words that are looked at for disguise: about what an encoder reads at once. */
	private static final int MOST_WORDS = 200;

	/** Fewer words in disguise are left to the linear heads. */
	private static final int LEAST_CHANGED = 2;

	/** Share of words in disguise from which they are encoded without it. */
	private static final double CHANGED = 0.15;

	private static final Head[] HEADS = Head.values();

	private final VectorHeads heads;

	private final HeadRun words;

	private final SentenceVectors vectors;

	private final double[] probabilities = new double[HEADS.length];

	private final double[] best = new double[HEADS.length];

	private final @Nullable Place[] places = new Place[HEADS.length];

	private boolean failed;

	VectorRun(VectorHeads heads, HeadRun words, SentenceVectors vectors) {
		this.heads = heads;
		this.words = words;
		this.vectors = vectors;
	}

	@Override
	public String family() {
		return HeadRun.FAMILY;
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		detect(text, 0, sink);
	}

	/**
	 * Scores a text of whose words only those that reach beyond its beginning are new.
	 * @param from first new unit of the raw text
	 */
	public void detect(NormText text, int from, MatchSink sink) {
		try {
			score(text, from);
		}
		catch (RuntimeException ex) {
			this.failed = true;
			this.words.report(sink);
			throw ex;
		}
		if (!this.words.isTelling()) {
			return;
		}
		for (Head head : HEADS) {
			Place place = this.places[head.ordinal()];
			double score = calibration(head).score(raw(head), head.hitScore());
			if (place != null && score >= HeadRun.LEAST) {
				sink.match(new Match(head.rule(), category(head, place.vector()), score, place.span().start(),
						place.span().end()));
			}
		}
	}

	void score(NormText text, int from) {
		this.words.score(text, from);
		Arrays.fill(this.best, Double.NEGATIVE_INFINITY);
		Arrays.fill(this.places, null);
		List<Piece> pieces = pieces(text);
		if (pieces.isEmpty()) {
			return;
		}
		List<String> texts = pieces.stream().map(Piece::text).toList();
		List<float[]> encoded = text.deadline().beside(() -> this.vectors.of(texts));
		for (Head head : HEADS) {
			VectorHead model = this.heads.head(head);
			int h = head.ordinal();
			for (int i = 0; i < pieces.size(); i++) {
				double raw = model.raw(model.logit(encoded.get(i)), this.words.highest(head));
				if (raw > this.best[h]) {
					this.best[h] = raw;
					this.places[h] = new Place(pieces.get(i).span(), encoded.get(i));
				}
			}
			this.probabilities[h] = Math.max(this.probabilities[h], calibration(head).probability(this.best[h]));
		}
	}

	private Calibration calibration(Head head) {
		return this.heads.head(head).calibration(this.words.language(), this.words.isOutput());
	}

	private String category(Head head, float[] vector) {
		return switch (head) {
			case HARM -> this.heads.categories().best(vector, CATEGORY, HeadRun.OTHER);
			case INJECTION -> "INJECTION";
			case TOXICITY -> "U1.2";
		};
	}

	private List<Piece> pieces(NormText text) {
		List<Piece> pieces = new ArrayList<>(Piece.of(text.raw()));
		TokenView undone = text.undone();
		if (undone != null && !pieces.isEmpty() && isDisguised(text.words(), undone)) {
			pieces.add(new Piece(new Span(0, text.raw().length()), joined(undone)));
		}
		if (pieces.size() <= Piece.MOST) {
			return pieces;
		}
		pieces.subList(1, pieces.size())
			.sort(Comparator.comparingDouble((Piece piece) -> -this.words.suspicion(piece.text())));
		return pieces.subList(0, Piece.MOST);
	}

	/** Whether undoing changes so many words that the encoder may not see through. */
	private static boolean isDisguised(TokenView plain, TokenView undone) {
		Set<String> known = new HashSet<>();
		for (int i = 0; i < Math.min(plain.size(), MOST_WORDS); i++) {
			known.add(word(plain, i));
		}
		int size = Math.min(undone.size(), MOST_WORDS);
		int changed = 0;
		for (int i = 0; i < size; i++) {
			changed += known.contains(word(undone, i)) ? 0 : 1;
		}
		return changed >= LEAST_CHANGED && changed >= CHANGED * size;
	}

	private static String word(TokenView view, int token) {
		return new String(view.chars(), view.from(token), view.to(token) - view.from(token));
	}

	/** The words of a text in disguise, without it. */
	private static String joined(TokenView view) {
		StringBuilder words = new StringBuilder();
		for (int i = 0; i < view.size() && words.length() < Piece.WHOLE; i++) {
			words.append((i > 0) ? " " : "").append(view.chars(), view.from(i), view.to(i) - view.from(i));
		}
		return words.toString();
	}

	/**
	 * The probability that the text is what the head looks for; that of the linear heads
	 * where the encoder failed.
	 */
	public double probability(Head head) {
		return this.failed ? this.words.probability(head) : this.probabilities[head.ordinal()];
	}

	/** Highest raw score of a head in the text scored last. */
	double raw(Head head) {
		return this.best[head.ordinal()];
	}

	/**
	 * Where a head's score is highest.
	 */
	private record Place(Span span, float[] vector) {
	}

}
