package io.github.llamaspring.guard.classify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much rows count in training, so that neither a large source nor a language decides
 * by its number alone: a source counts at most {@value #SOURCE_CAP} rows, and in each
 * language the rows a head looks for are raised towards the weight of the others.
 *
 * <p>
 * What people said of verdicts counts {@value #FEEDBACK} rows each, so that one word of
 * theirs is heard among tens of thousands of rows, but all of it together at most a
 * twentieth of the others, so that it corrects the model and does not replace it.
 */
final class Importance {

	static final int FOLDS = 5;

	static final int NO_FOLD = -1;

	private static final int SOURCE_CAP = 2500;

	private static final int FEEDBACK = 6;

	private static final double FEEDBACK_SHARE = 0.05;

	private final List<Example> examples;

	private final Map<String, Integer> sourceSizes = new HashMap<>();

	Importance(List<Example> examples) {
		this.examples = examples;
		for (Example example : examples) {
			this.sourceSizes.merge(example.source() + "|" + example.label(), 1, Integer::sum);
		}
	}

	/**
	 * Ordinary sources are left out whole, of our own texts whole languages, of the
	 * others a fifth of the rows.
	 */
	static int fold(Example example) {
		String key = example.source().startsWith("benign_") ? example.source()
				: example.isOwn() ? example.source() + "|" + example.language()
						: (example.pair() != null) ? example.pair() : example.text();
		return (int) (FOLDS * Example.share("fold|" + key));
	}

	/**
	 * What rows are to a head.
	 * @param owners the example of each row
	 * @param shares how much of its example a row is
	 */
	Rows of(Head head, List<Integer> owners, List<Double> shares, int withoutFold) {
		int n = owners.size();
		int[] targets = new int[n];
		double[] weights = new double[n];
		Map<String, double[]> sums = new HashMap<>();
		for (int i = 0; i < n; i++) {
			Example example = this.examples.get(owners.get(i));
			int truth = example.truth(head);
			if (truth < 0 || fold(example) == withoutFold) {
				continue;
			}
			targets[i] = truth;
			if (example.isFeedback()) {
				continue;
			}
			weights[i] = shares.get(i) * weight(example, head);
			sums.computeIfAbsent(example.language(), (key) -> new double[2])[truth] += weights[i];
		}
		for (int i = 0; i < n; i++) {
			double[] sum = sums.get(this.examples.get(owners.get(i)).language());
			if (targets[i] == 1 && sum != null) {
				weights[i] *= Math.clamp(0.4 * sum[0] / Math.max(sum[1], 1e-9), 1, 6);
			}
		}
		addFeedback(owners, shares, head, withoutFold, weights);
		return new Rows(targets, weights);
	}

	private void addFeedback(List<Integer> owners, List<Double> shares, Head head, int withoutFold, double[] weights) {
		double others = 0;
		double feedback = 0;
		boolean[] counts = new boolean[weights.length];
		for (int i = 0; i < weights.length; i++) {
			Example example = this.examples.get(owners.get(i));
			others += weights[i];
			counts[i] = example.isFeedback() && example.truth(head) >= 0 && fold(example) != withoutFold;
			feedback += counts[i] ? shares.get(i) : 0;
		}
		double each = Math.min(FEEDBACK, FEEDBACK_SHARE * others / Math.max(feedback, 1e-9));
		for (int i = 0; i < weights.length; i++) {
			weights[i] = counts[i] ? each * shares.get(i) : weights[i];
		}
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

	/**
	 * Targets and weights of rows; a weight of 0 leaves a row out.
	 */
	record Rows(int[] targets, double[] weights) {
	}

}
