package io.github.llamaspring.guard.classify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.github.llamaspring.guard.text.NormText;

/**
 * Trains the head that tells languages: multinomial logistic regression over
 * {@link LanguageGrams}, by stochastic gradients with AdaGrad's steps. Every text is
 * shown whole and as a few words of it, so that short texts are told, too. The same
 * examples in the same order give the same bytes.
 */
final class LanguageTraining {

	private static final int EPOCHS = 3;

	private static final double STEP = 0.3;

	/** Words of a short piece. */
	private static final int PIECE = 5;

	/** Characters that are looked at. */
	private static final int CHARACTERS = 2000;

	/** Characters of its words that are learnt from. */
	private static final int LEARNT = 600;

	/** Lists of single words, of which many are of several languages. */
	private static final String WORDS = "words_";

	private final List<String> classes;

	private final List<int[]> rows = new ArrayList<>();

	private final List<Integer> truths = new ArrayList<>();

	private final double[] importance;

	private final float[] weights;

	private final double[] squares;

	/**
	 * @param classes languages, and {@link LinearHead#ANY} for all others
	 */
	LanguageTraining(List<String> classes, List<Example> examples) {
		this.classes = List.copyOf(classes);
		this.importance = new double[classes.size()];
		this.weights = new float[ClassTable.BUCKETS * classes.size()];
		this.squares = new double[this.weights.length];
		Random random = new Random(3);
		for (Example example : examples) {
			if (!example.source().startsWith(WORDS)) {
				add(example, random);
			}
		}
		// A language of many texts counts more than one of few, but less than they do.
		for (int k = 0; k < this.importance.length; k++) {
			this.importance[k] = Math.sqrt(1e4 / Math.max(1, this.importance[k]));
		}
	}

	private void add(Example example, Random random) {
		int known = this.classes.indexOf(example.language());
		int truth = (known >= 0) ? known : this.classes.indexOf(LinearHead.ANY);
		add(example.text().substring(0, Math.min(CHARACTERS, example.text().length())), truth);
		String[] words = example.text().strip().split("\\s+");
		if (words.length >= PIECE) {
			int count = 1 + random.nextInt(PIECE);
			int from = random.nextInt(words.length - count + 1);
			add(String.join(" ", Arrays.asList(words).subList(from, from + count)), truth);
		}
	}

	private void add(String text, int truth) {
		List<Integer> buckets = new ArrayList<>();
		LanguageGrams.of(NormText.whole(text).words(), LEARNT, buckets::add);
		if (!buckets.isEmpty()) {
			this.rows.add(buckets.stream().mapToInt(Integer::intValue).toArray());
			this.truths.add(truth);
			this.importance[truth]++;
		}
	}

	/**
	 * The weights in equal steps; the largest is 127 of them.
	 */
	ClassTable table() {
		List<Integer> order = new ArrayList<>();
		for (int i = 0; i < this.rows.size(); i++) {
			order.add(i);
		}
		Random random = new Random(1);
		for (int epoch = 0; epoch < EPOCHS; epoch++) {
			Collections.shuffle(order, random);
			order.forEach((i) -> learn(this.rows.get(i), this.truths.get(i)));
		}
		float most = 1e-9f;
		for (float weight : this.weights) {
			most = Math.max(most, Math.abs(weight));
		}
		byte[] steps = new byte[this.weights.length];
		for (int i = 0; i < steps.length; i++) {
			steps[i] = (byte) Math.round(127 * this.weights[i] / most);
		}
		return new ClassTable(this.classes, steps);
	}

	private void learn(int[] row, int truth) {
		int n = this.classes.size();
		double norm = 1 / Math.sqrt(row.length);
		double[] shares = new double[n];
		for (int bucket : row) {
			for (int k = 0; k < n; k++) {
				shares[k] += norm * this.weights[bucket * n + k];
			}
		}
		double most = Arrays.stream(shares).max().orElse(0);
		double sum = 0;
		for (int k = 0; k < n; k++) {
			shares[k] = StrictMath.exp(shares[k] - most);
			sum += shares[k];
		}
		for (int k = 0; k < n; k++) {
			double gradient = (shares[k] / sum - ((k == truth) ? 1 : 0)) * this.importance[truth] * norm;
			for (int bucket : row) {
				int at = bucket * n + k;
				this.squares[at] += gradient * gradient;
				this.weights[at] -= (float) (STEP * gradient / Math.sqrt(this.squares[at] + 1e-3));
			}
		}
	}

}
