package io.github.llamaspring.guard.classify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

/**
 * Trains the heads. The same examples give the same bytes, whatever their order.
 *
 * <p>
 * How it works: rows get weights so that neither a large source nor a language decides by
 * its number alone: a source counts at most {@value #SOURCE_CAP} rows, and in each
 * language the rows a head looks for are raised towards the weight of the others. Long
 * harmless texts are also shown window by window, as the check looks at them. Each head
 * is then fitted {@value #FOLDS} times without a fold of the rows; the scores of the rows
 * left out give the probabilities (Platt) and the thresholds. A fold leaves sources of
 * ordinary text out whole, so that thresholds are set on text of kinds the model has
 * never seen.
 */
public final class Trainer {

	private static final int FOLDS = 5;

	private static final int NO_FOLD = -1;

	private static final int SOURCE_CAP = 2500;

	/** Words of a text that are trained on. */
	private static final int WORDS = 512;

	private static final int WINDOW = 64;

	private final List<Example> examples;

	private final Map<String, Integer> sourceSizes = new HashMap<>();

	private final List<TokenView> views = new ArrayList<>();

	private final List<SparseRow> rows = new ArrayList<>();

	/** The example of each row: long texts have several rows. */
	private final List<Integer> owners = new ArrayList<>();

	private final List<Double> shares = new ArrayList<>();

	private Trainer(List<Example> examples) {
		this.examples = new ArrayList<>(examples);
		this.examples
			.sort(Comparator.comparing(Example::source).thenComparing(Example::text).thenComparing(Example::label));
		for (int i = 0; i < this.examples.size(); i++) {
			Example example = this.examples.get(i);
			this.sourceSizes.merge(example.source() + "|" + example.label(), 1, Integer::sum);
			TokenView view = NormText.whole(example.text()).words();
			this.views.add(view);
			addRows(i, example, view);
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
	 */
	public static Heads train(List<Example> examples) {
		return ofTraining(examples).run(null);
	}

	/**
	 * Trains with the examples of {@link Example.Split#TRAINING} but keeps another
	 * model's calibration, to measure what leaving rows out costs.
	 */
	public static Heads train(List<Example> examples, Heads calibrated) {
		return ofTraining(examples).run(calibrated);
	}

	private static Trainer ofTraining(List<Example> examples) {
		return new Trainer(examples.stream().filter((example) -> example.split() == Example.Split.TRAINING).toList());
	}

	private Heads run(@Nullable Heads calibrated) {
		if (this.rows.isEmpty()) {
			throw new IllegalArgumentException("there is nothing to train on");
		}
		ClassTable languages = languages();
		ClassTable categories = categories();
		Map<Head, LinearHead> heads = heads(NO_FOLD);
		if (calibrated != null) {
			heads.replaceAll((head, model) -> new LinearHead(head, model.weights(), model.scale(), model.bias(),
					calibrated.head(head).calibrations()));
			return new Heads(heads, languages, categories);
		}
		double[][] unseen = new double[Head.values().length][this.examples.size()];
		for (int fold = 0; fold < FOLDS; fold++) {
			score(fold, languages, categories, unseen);
		}
		heads.replaceAll((head, model) -> new LinearHead(head, model.weights(), model.scale(), model.bias(),
				new CalibrationFit(this.examples, head, unseen[head.ordinal()]).byLanguage()));
		return new Heads(heads, languages, categories);
	}

	/** All heads, side by side. */
	private Map<Head, LinearHead> heads(int withoutFold) {
		Map<Head, CompletableFuture<LinearHead>> futures = new EnumMap<>(Head.class);
		for (Head head : Head.values()) {
			futures.put(head, CompletableFuture.supplyAsync(() -> head(head, withoutFold)));
		}
		Map<Head, LinearHead> heads = new EnumMap<>(Head.class);
		futures.forEach((head, future) -> heads.put(head, future.join()));
		return heads;
	}

	private void score(int fold, ClassTable languages, ClassTable categories, double[][] unseen) {
		Heads heads = new Heads(heads(fold), languages, categories);
		for (int i = 0; i < this.examples.size(); i++) {
			if (fold(this.examples.get(i)) == fold) {
				HeadRun run = heads.run(false);
				run.detect(NormText.whole(this.examples.get(i).text()), new Nowhere());
				for (Head head : Head.values()) {
					unseen[head.ordinal()][i] = run.raw(head);
				}
			}
		}
	}

	/** Ordinary sources are left out whole; of the others a fifth of the rows. */
	private static int fold(Example example) {
		String key = example.source().startsWith("benign_") ? example.source()
				: (example.pair() != null) ? example.pair() : example.text();
		return (int) (FOLDS * Example.share("fold|" + key));
	}

	private LinearHead head(Head head, int withoutFold) {
		int n = this.rows.size();
		int[] targets = new int[n];
		double[] importance = new double[n];
		Map<String, double[]> sums = new HashMap<>();
		for (int i = 0; i < n; i++) {
			Example example = this.examples.get(this.owners.get(i));
			int truth = example.truth(head);
			if (truth < 0 || fold(example) == withoutFold) {
				continue;
			}
			targets[i] = truth;
			importance[i] = this.shares.get(i) * weight(example, head);
			sums.computeIfAbsent(example.language(), (key) -> new double[2])[truth] += importance[i];
		}
		for (int i = 0; i < n; i++) {
			double[] sum = sums.get(this.examples.get(this.owners.get(i)).language());
			if (targets[i] == 1 && sum != null) {
				importance[i] *= Math.clamp(0.4 * sum[0] / Math.max(sum[1], 1e-9), 1, 6);
			}
		}
		LogisticRegression model = LogisticRegression.fit(this.rows, targets, importance);
		float scale = model.scale();
		return new LinearHead(head, model.quantised(scale), scale, model.bias(),
				new TreeMap<>(Map.of(LinearHead.ANY, new Calibration(1, 0, 0, 1))));
	}

	private double weight(Example example, Head head) {
		int size = this.sourceSizes.getOrDefault(example.source() + "|" + example.label(), 1);
		double weight = Math.min(1, SOURCE_CAP / (double) size);
		if (example.source().startsWith("words_")) {
			// Single words are seeds, not texts.
			weight *= 0.2;
		}
		if (example.source().startsWith("inj_bipia")) {
			// Its attacks are harmless requests in the wrong place.
			weight *= 0.3;
		}
		if (head == Head.INJECTION && example.label().equals("harmful")) {
			weight *= 0.5;
		}
		return weight;
	}

	private ClassTable languages() {
		List<String> classes = new ArrayList<>(LinearHead.LANGUAGES);
		classes.add(LinearHead.ANY);
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

	/** Takes matches nobody needs. */
	private static final class Nowhere implements MatchSink {

		@Override
		public void match(Match match) {
		}

		@Override
		public void undecided(int start) {
		}

	}

}
