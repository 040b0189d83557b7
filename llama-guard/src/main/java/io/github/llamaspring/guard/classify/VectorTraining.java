package io.github.llamaspring.guard.classify;

import io.github.llamaspring.guard.semantic.Piece;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;

import io.github.llamaspring.guard.semantic.MeaningSpace;
import io.github.llamaspring.guard.semantic.SentenceVectors;

/**
 * Trains the heads on sentence vectors. The beginning of each text is a row, and of long
 * harmless texts also some of their pieces, as the check looks at them.
 */
final class VectorTraining {

	/** Texts that are encoded in one call. */
	private static final int BATCH = 256;

	/** Pieces of a long harmless text that are trained on. */
	private static final int MOST_PIECES = 4;

	/** Everyday texts of a language that show where it lies. */
	private static final int ENOUGH = 100;

	/** Everyday texts that topics are told apart from. */
	private static final int ORDINARY = 1000;

	/**
	 * Harm has a sharp network, which tells contrasts, and a smooth one, which finds
	 * requests of unknown kinds; their sum does both. Insults are told best from texts of
	 * the same forums, so nothing takes their weight.
	 */
	private static final Map<Head, Recipe> RECIPES = Map.of(Head.HARM, new Recipe(List.of(1e-3f, 2e-2f), true, 2),
			Head.INJECTION, new Recipe(List.of(1e-3f), true, 2), Head.TOXICITY, new Recipe(List.of(1e-3f), false, 1));

	/** What the words count beside the meaning, in standard deviations. */
	private static final double[] WORDS = { 0.25, 0.5, 0.1 };

	private final List<Example> examples;

	private final Importance importance;

	private final List<float[]> vectors = new ArrayList<>();

	private final List<Integer> owners = new ArrayList<>();

	private final List<Double> shares = new ArrayList<>();

	private final LanguageSpace space;

	private final MeaningSpace meaning;

	VectorTraining(List<Example> examples, Importance importance, SentenceVectors encoder) {
		this.examples = examples;
		this.importance = importance;
		List<String> texts = new ArrayList<>();
		for (int i = 0; i < examples.size(); i++) {
			addRows(i, examples.get(i), texts);
		}
		for (int from = 0; from < texts.size(); from += BATCH) {
			this.vectors.addAll(encoder.of(texts.subList(from, Math.min(texts.size(), from + BATCH))));
		}
		this.space = space();
		this.meaning = meaning();
	}

	private void addRows(int owner, Example example, List<String> texts) {
		List<Piece> pieces = Piece.of(example.text());
		for (int i = 0; i < Math.min(pieces.size(), 1 + MOST_PIECES); i++) {
			if (i > 0 && !example.isOrdinary()) {
				return;
			}
			texts.add(pieces.get(i).text());
			this.owners.add(owner);
			this.shares.add((i == 0) ? 1 : 1.5 / MOST_PIECES);
		}
	}

	private LanguageSpace space() {
		int dim = this.vectors.getFirst().length;
		double[] all = new double[dim];
		Map<String, double[]> means = new TreeMap<>();
		Map<String, Integer> counts = new HashMap<>();
		for (int i = 0; i < this.vectors.size(); i++) {
			float[] vector = this.vectors.get(i);
			Example example = this.examples.get(this.owners.get(i));
			boolean everyday = example.isOrdinary() && example.isEveryday() && !example.source().startsWith("tox_");
			for (int k = 0; k < dim; k++) {
				all[k] += vector[k] / this.vectors.size();
			}
			if (everyday) {
				counts.merge(example.language(), 1, Integer::sum);
				double[] mean = means.computeIfAbsent(example.language(), (language) -> new double[dim]);
				for (int k = 0; k < dim; k++) {
					mean[k] += vector[k];
				}
			}
		}
		means.keySet().removeIf((language) -> counts.getOrDefault(language, 0) < ENOUGH);
		means.forEach((language, mean) -> {
			for (int k = 0; k < dim; k++) {
				mean[k] /= counts.getOrDefault(language, 1);
			}
		});
		float[] center = new float[dim];
		for (int k = 0; k < dim; k++) {
			center[k] = (float) all[k];
		}
		return LanguageSpace.of(center, means.values());
	}

	/** Everyday texts are drawn by their hash, from each language by its number. */
	private MeaningSpace meaning() {
		List<float[]> directions = new ArrayList<>();
		for (double[] direction : this.space.directions()) {
			float[] numbers = new float[direction.length];
			for (int i = 0; i < numbers.length; i++) {
				numbers[i] = (float) direction[i];
			}
			directions.add(numbers);
		}
		MeaningSpace empty = new MeaningSpace(this.space.center(), List.copyOf(directions), List.of());
		List<float[]> places = IntStream.range(0, this.vectors.size())
			.filter((i) -> this.shares.get(i) == 1 && isDrawn(this.examples.get(this.owners.get(i))))
			.boxed()
			.sorted(Comparator.comparingDouble((i) -> Example.share("draw|" + text(i))))
			.limit(ORDINARY)
			.map((i) -> empty.place(this.vectors.get(i)))
			.toList();
		return new MeaningSpace(empty.center(), empty.directions(), places);
	}

	private static boolean isDrawn(Example example) {
		return example.isOrdinary() && example.source().startsWith("benign_")
				&& LinearHead.LANGUAGES.contains(example.language());
	}

	private String text(int row) {
		return this.examples.get(this.owners.get(row)).text();
	}

	/** All heads; words don't count yet. */
	VectorHeads heads(int withoutFold, VectorCategories categories) {
		return new VectorHeads(Head.all((head) -> head(head, withoutFold)), categories, this.meaning);
	}

	private VectorHead head(Head head, int withoutFold) {
		Importance.Rows rows = this.importance.of(head, this.owners, this.shares, withoutFold);
		Recipe recipe = Objects.requireNonNull(RECIPES.get(head));
		List<VectorTrainer.Example> chosen = new ArrayList<>();
		for (int i = 0; i < this.vectors.size(); i++) {
			if (rows.weights()[i] > 0) {
				Example example = this.examples.get(this.owners.get(i));
				double weight = rows.weights()[i] * ((example.isOwn() || example.pair() != null) ? recipe.own() : 1);
				chosen.add(new VectorTrainer.Example(this.vectors.get(i), rows.targets()[i] == 1, weight));
			}
		}
		List<VectorHead> networks = recipe.decays()
			.parallelStream()
			.map((decay) -> VectorTrainer.train(head, chosen, this.space,
					new VectorTrainer.Settings(decay, recipe.mixed(), 1 + head.ordinal())))
			.toList();
		VectorHead sum = networks.getFirst();
		for (VectorHead network : networks.subList(1, networks.size())) {
			sum = sum.plus(network, spread(sum, chosen), spread(network, chosen));
		}
		return sum;
	}

	private static double spread(VectorHead head, List<VectorTrainer.Example> examples) {
		return deviation(examples.stream()
			.filter((example) -> !example.positive())
			.mapToDouble((example) -> head.logit(example.vector()))
			.toArray());
	}

	/** Every category counts the same in each language, or the language would tell it. */
	VectorCategories categories() {
		TreeSet<String> names = new TreeSet<>();
		Map<String, Integer> counts = new HashMap<>();
		for (int owner : this.owners) {
			Example example = this.examples.get(owner);
			if (isCategorised(example)) {
				names.add(example.category());
				counts.merge(example.category() + "|" + example.language(), 1, Integer::sum);
			}
		}
		VectorCategoriesTraining training = new VectorCategoriesTraining(
				names.isEmpty() ? List.of(HeadRun.OTHER) : List.copyOf(names), this.space);
		for (int i = 0; i < this.vectors.size(); i++) {
			Example example = this.examples.get(this.owners.get(i));
			if (isCategorised(example)) {
				int count = counts.getOrDefault(example.category() + "|" + example.language(), 1);
				training.add(this.vectors.get(i), example.category(), 1.0 / Math.max(20, count));
			}
		}
		return training.categories();
	}

	private static boolean isCategorised(Example example) {
		return example.truth(Head.HARM) == 1 && !example.category().isEmpty();
	}

	/**
	 * How much a head's words count beside the meaning.
	 * @param logits of texts the head has not seen
	 * @param words raw scores of the linear head for the same texts
	 */
	static float share(Head head, double[] logits, double[] words) {
		return (float) (WORDS[head.ordinal()] * deviation(logits) / Math.max(1e-6, deviation(words)));
	}

	private static double deviation(double[] values) {
		double sum = 0;
		double squares = 0;
		int n = 0;
		for (double value : values) {
			if (Double.isFinite(value)) {
				sum += value;
				squares += value * value;
				n++;
			}
		}
		return (n == 0) ? 0 : Math.sqrt(Math.max(0, squares / n - (sum / n) * (sum / n)));
	}

	/**
	 * How a head learns.
	 *
	 * @param decays of its networks, which are added up
	 * @param mixed whether examples are mixed in pairs
	 * @param own how much a text of our own counts
	 */
	private record Recipe(List<Float> decays, boolean mixed, double own) {
	}

}
