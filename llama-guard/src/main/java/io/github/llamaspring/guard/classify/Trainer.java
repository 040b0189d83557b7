package io.github.llamaspring.guard.classify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.semantic.SentenceVectors;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

/**
 * Trains the heads. The same examples give the same bytes, whatever their order.
 *
 * <p>
 * How it works: rows get weights so that neither a large source nor a language decides by
 * its number alone ({@link Importance}). Long harmless texts are also shown window by
 * window, as the check looks at them. Each head is then fitted five times without a fold
 * of the rows; the scores of the rows left out give the probabilities (Platt) and the
 * thresholds. A fold leaves sources of ordinary text out whole, so that thresholds are
 * set on text of kinds the model has never seen.
 */
public final class Trainer {

	/** Words of a text that are trained on. */
	private static final int WORDS = 512;

	private static final int WINDOW = 64;

	private final List<Example> examples;

	private final Importance importance;

	private final List<SparseRow> rows = new ArrayList<>();

	/** The example of each row: long texts have several rows. */
	private final List<Integer> owners = new ArrayList<>();

	private final List<Double> shares = new ArrayList<>();

	private Trainer(List<Example> examples) {
		this.examples = new ArrayList<>(examples);
		this.examples
			.sort(Comparator.comparing(Example::source).thenComparing(Example::text).thenComparing(Example::label));
		this.importance = new Importance(this.examples);
		for (int i = 0; i < this.examples.size(); i++) {
			Example example = this.examples.get(i);
			addRows(i, example, NormText.whole(example.text()).words());
		}
	}

	private void addRows(int owner, Example example, TokenView view) {
		if (view.size() == 0) {
			return;
		}
		addRow(owner, SparseRow.of(view, 0, Math.min(view.size(), WORDS)), 1);
		if (!example.isOrdinary() || view.size() < WINDOW + WINDOW / 2) {
			return;
		}
		int windows = Math.min(8, view.size() / WINDOW);
		for (int i = 0; i < windows; i++) {
			int from = (int) ((long) (view.size() - WINDOW) * i / Math.max(1, windows - 1));
			addRow(owner, SparseRow.of(view, from, from + WINDOW), 1.5 / windows);
		}
	}

	private void addRow(int owner, SparseRow row, double share) {
		this.rows.add(row);
		this.owners.add(owner);
		this.shares.add(share);
	}

	/**
	 * Trains with the examples of {@link Example.Split#TRAINING}; all others are left
	 * out.
	 * @param vectors encodes the texts for the heads on sentence vectors; null trains
	 * none
	 */
	public static Models train(List<Example> examples, @Nullable SentenceVectors vectors) {
		Trainer trainer = ofTraining(examples);
		VectorTraining training = trainer.vectorTraining(vectors);
		return trainer.calibrated(training, vectors);
	}

	/**
	 * Trains with the examples of {@link Example.Split#TRAINING} but keeps another
	 * model's calibration, to measure what leaving rows out costs.
	 */
	public static Models train(List<Example> examples, @Nullable SentenceVectors vectors, Models calibrated) {
		Trainer trainer = ofTraining(examples);
		VectorTraining training = trainer.vectorTraining(vectors);
		Map<Head, LinearHead> heads = trainer.heads(Importance.NO_FOLD);
		heads.replaceAll((head, model) -> new LinearHead(head, model.weights(), model.scale(), model.bias(),
				calibrated.words().head(head).calibrations()));
		Heads words = new Heads(heads, trainer.languages(), trainer.categories(), trainer.grams());
		VectorHeads known = calibrated.vectors();
		if (training == null || known == null) {
			return new Models(words, null);
		}
		VectorHeads fresh = training.heads(Importance.NO_FOLD, training.categories());
		return new Models(words, fresh
			.map((model) -> model.with(known.head(model.head()).share(), known.head(model.head()).calibrations())));
	}

	private static Trainer ofTraining(List<Example> examples) {
		Trainer trainer = new Trainer(
				examples.stream().filter((example) -> example.split() == Example.Split.TRAINING).toList());
		if (trainer.rows.isEmpty()) {
			throw new IllegalArgumentException("there is nothing to train on");
		}
		return trainer;
	}

	private @Nullable VectorTraining vectorTraining(@Nullable SentenceVectors vectors) {
		return (vectors != null) ? new VectorTraining(this.examples, this.importance, vectors) : null;
	}

	private Models calibrated(@Nullable VectorTraining training, @Nullable SentenceVectors vectors) {
		ClassTable languages = languages();
		ClassTable categories = categories();
		Unseen unseen = new Unseen(this.examples.size());
		VectorCategories vectorCategories = (training != null) ? training.categories() : null;
		for (int fold = 0; fold < Importance.FOLDS; fold++) {
			// Nobody asks these for a message's language.
			score(fold, new Heads(heads(fold), languages, categories, languages),
					(training != null && vectorCategories != null) ? training.heads(fold, vectorCategories) : null,
					vectors, unseen);
		}
		Map<Head, LinearHead> heads = heads(Importance.NO_FOLD);
		heads.replaceAll((head, model) -> new LinearHead(head, model.weights(), model.scale(), model.bias(),
				new CalibrationFit(this.examples, head, unseen.found[head.ordinal()], true).byLanguage()));
		VectorHeads both = (training == null || vectorCategories == null) ? null
				: training.heads(Importance.NO_FOLD, vectorCategories)
					.map((model) -> calibrated(model, unseen.logits[model.head().ordinal()],
							unseen.words[model.head().ordinal()]));
		return new Models(new Heads(heads, languages, categories, grams()), both);
	}

	private VectorHead calibrated(VectorHead model, double[] logits, double[] words) {
		float share = VectorTraining.share(model.head(), logits, words);
		double[] raw = new double[logits.length];
		for (int i = 0; i < raw.length; i++) {
			raw[i] = logits[i] + share * words[i];
		}
		return model.with(share, new CalibrationFit(this.examples, model.head(), raw, false).byLanguage());
	}

	private Map<Head, LinearHead> heads(int withoutFold) {
		return Head.all((head) -> head(head, withoutFold));
	}

	/** Scores what a fold's heads have not seen. */
	private void score(int fold, Heads heads, @Nullable VectorHeads vectorHeads, @Nullable SentenceVectors vectors,
			Unseen unseen) {
		for (int i = 0; i < this.examples.size(); i++) {
			if (Importance.fold(this.examples.get(i)) != fold) {
				continue;
			}
			NormText text = NormText.whole(this.examples.get(i).text());
			HeadRun run = heads.run(false);
			VectorRun both = (vectorHeads != null && vectors != null) ? vectorHeads.run(run, vectors) : null;
			if (both != null) {
				both.score(text, 0);
			}
			else {
				run.score(text, 0);
			}
			for (Head head : Head.values()) {
				int h = head.ordinal();
				unseen.found[h][i] = run.raw(head);
				unseen.words[h][i] = run.highest(head);
				unseen.logits[h][i] = (both != null) ? both.raw(head) : 0;
			}
		}
	}

	private LinearHead head(Head head, int withoutFold) {
		Importance.Rows rows = this.importance.of(head, this.owners, this.shares, withoutFold);
		if (head != Head.TOXICITY) {
			leaveOutOtherLanguages(rows.weights());
		}
		LogisticRegression model = LogisticRegression.fit(this.rows, rows.targets(), rows.weights());
		float scale = model.scale();
		return new LinearHead(head, model.quantised(scale), scale, model.bias(), Calibration.none());
	}

	/**
	 * Harm and attacks in other languages come from a single source: all that words could
	 * learn of such a language is whether that source or a harmless one holds it.
	 */
	private void leaveOutOtherLanguages(double[] weights) {
		for (int i = 0; i < weights.length; i++) {
			if (!LinearHead.LANGUAGES.contains(this.examples.get(this.owners.get(i)).language())) {
				weights[i] = 0;
			}
		}
	}

	private ClassTable grams() {
		return new LanguageTraining(languageClasses(), this.examples).table();
	}

	private static List<String> languageClasses() {
		List<String> classes = new ArrayList<>(LinearHead.LANGUAGES);
		classes.add(LinearHead.ANY);
		return classes;
	}

	private ClassTable languages() {
		List<String> classes = languageClasses();
		ClassTableTraining training = new ClassTableTraining(classes);
		for (int i = 0; i < this.rows.size(); i++) {
			String language = this.examples.get(this.owners.get(i)).language();
			training.add(this.rows.get(i), classes.contains(language) ? language : LinearHead.ANY, 1);
		}
		return training.table();
	}

	private ClassTable categories() {
		TreeSet<String> names = new TreeSet<>();
		for (Example example : this.examples) {
			if (example.truth(Head.HARM) == 1 && !example.category().isEmpty()) {
				names.add(example.category());
			}
		}
		List<String> classes = names.isEmpty() ? List.of("U1.1f") : new ArrayList<>(names);
		// Every category gets the same mix of languages, or the language would tell it.
		Map<String, Integer> counts = new HashMap<>();
		this.owners.forEach((owner) -> counts.merge(key(this.examples.get(owner)), 1, Integer::sum));
		ClassTableTraining training = new ClassTableTraining(classes);
		for (int i = 0; i < this.rows.size(); i++) {
			Example example = this.examples.get(this.owners.get(i));
			if (example.truth(Head.HARM) == 1 && LinearHead.LANGUAGES.contains(example.language())) {
				training.add(this.rows.get(i), example.category(), 1.0 / counts.getOrDefault(key(example), 1));
			}
		}
		return training.table();
	}

	private static String key(Example example) {
		return example.truth(Head.HARM) + example.category() + "|" + example.language();
	}

	/**
	 * What was trained.
	 *
	 * @param words the linear heads
	 * @param vectors the heads on sentence vectors; null without an encoder
	 */
	public record Models(Heads words, @Nullable VectorHeads vectors) {
	}

	/** Raw scores of texts by heads that have not seen them, {@code [head][example]}. */
	private static final class Unseen {

		/** Of the words, where something may be found. */
		final double[][] found;

		/** Of the words. */
		final double[][] words;

		/** Of the meaning. */
		final double[][] logits;

		Unseen(int examples) {
			this.found = new double[Head.values().length][examples];
			this.words = new double[Head.values().length][examples];
			this.logits = new double[Head.values().length][examples];
		}

	}

}
