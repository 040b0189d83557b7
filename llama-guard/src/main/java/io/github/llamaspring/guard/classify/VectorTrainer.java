package io.github.llamaspring.guard.classify;

import java.util.List;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

/**
 * Trains a {@link VectorHead}: cross entropy, Adam (Kingma and Ba 2015), weight decay
 * and, on request, examples mixed in pairs (mixup, Zhang et al. 2018), which keeps the
 * head from being sure about texts of kinds it has never seen. The same examples in the
 * same order give the same head, bit for bit.
 */
final class VectorTrainer {

	private static final int UNITS = 128;

	private static final int LEAST_EPOCHS = 8;

	private static final int MOST_EPOCHS = 100;

	/** Few examples are gone through more often. */
	private static final int STEPS = 1500;

	private static final int BATCH = 256;

	private static final double RATE = 2e-3;

	private final List<Example> examples;

	private final LanguageSpace space;

	/** Centred, spread, without the language: {@code [example * dim]}. */
	private final float[] inputs;

	private final int dim;

	private final Adam hidden;

	private final Adam hiddenBias;

	private final Adam output;

	private final Adam outputBias;

	private final float[] mixed;

	private final float[] back = new float[UNITS];

	private final float[] activation = new float[UNITS];

	private VectorTrainer(List<Example> examples, LanguageSpace space, Settings settings) {
		this.examples = examples;
		this.space = space;
		this.dim = space.center().length;
		this.inputs = new float[examples.size() * this.dim];
		this.mixed = new float[this.dim];
		for (int i = 0; i < examples.size(); i++) {
			space.project(examples.get(i).vector(), this.inputs, i * this.dim);
		}
		SplittableRandom random = new SplittableRandom(settings.seed());
		float[] first = new float[this.dim * UNITS];
		for (int i = 0; i < first.length; i++) {
			first[i] = (float) (3 * random.nextGaussian() / Math.sqrt(this.dim));
		}
		float[] second = new float[UNITS];
		for (int i = 0; i < UNITS; i++) {
			second[i] = (float) (random.nextGaussian() / Math.sqrt(UNITS));
		}
		this.hidden = new Adam(first, settings.decay());
		this.hiddenBias = new Adam(new float[UNITS], 0);
		this.output = new Adam(second, settings.decay());
		this.outputBias = new Adam(new float[1], 0);
	}

	/**
	 * A text to learn from.
	 *
	 * @param vector of the text
	 * @param positive whether it is of the head's kind
	 * @param weight how much it counts, above 0
	 */
	record Example(float[] vector, boolean positive, double weight) {
	}

	/**
	 * How to learn.
	 *
	 * @param decay of the weights: with little a head tells texts apart that have much in
	 * common, with much it finds texts of kinds that it has not seen
	 * @param mixed whether examples are mixed in pairs (mixup)
	 * @param seed of the first weights and the order
	 */
	record Settings(float decay, boolean mixed, long seed) {
	}

	/**
	 * Trains on examples, not calibrated.
	 */
	static VectorHead train(Head head, List<Example> examples, LanguageSpace space, Settings settings) {
		VectorTrainer trainer = new VectorTrainer(examples, space, settings);
		int[] order = new int[examples.size()];
		for (int i = 0; i < order.length; i++) {
			order[i] = i;
		}
		SplittableRandom random = new SplittableRandom(settings.seed() + 1);
		int epochs = Math.clamp((long) STEPS * BATCH / order.length, LEAST_EPOCHS, MOST_EPOCHS);
		for (int epoch = 0; epoch < epochs; epoch++) {
			double rate = RATE * (1 - 0.9 * epoch / epochs);
			for (int i = order.length - 1; i > 0; i--) {
				int other = random.nextInt(i + 1);
				int kept = order[i];
				order[i] = order[other];
				order[other] = kept;
			}
			for (int from = 0; from < order.length; from += BATCH) {
				trainer.learn(order, from, Math.min(order.length, from + BATCH), rate,
						settings.mixed() ? random : null);
			}
		}
		return trainer.head(head);
	}

	private void learn(int[] order, int from, int to, double rate, @Nullable SplittableRandom mixing) {
		int[] others = new int[to - from];
		double[] parts = new double[to - from];
		double total = 0;
		for (int i = 0; i < others.length; i++) {
			others[i] = order[(mixing != null) ? from + mixing.nextInt(to - from) : from + i];
			parts[i] = (mixing != null) ? mixing.nextDouble() : 1;
			total += weight(order[from + i], others[i], parts[i]);
		}
		for (int i = 0; i < others.length; i++) {
			add(order[from + i], others[i], parts[i], total);
		}
		this.hidden.update(rate);
		this.hiddenBias.update(rate);
		this.output.update(rate);
		this.outputBias.update(rate);
	}

	private double weight(int one, int other, double part) {
		return part * this.examples.get(one).weight() + (1 - part) * this.examples.get(other).weight();
	}

	private double target(int one, int other, double part) {
		return (this.examples.get(one).positive() ? part : 0) + (this.examples.get(other).positive() ? 1 - part : 0);
	}

	private void add(int one, int other, double part, double total) {
		float mine = (float) part;
		for (int i = 0; i < this.dim; i++) {
			this.mixed[i] = mine * this.inputs[one * this.dim + i] + (1 - mine) * this.inputs[other * this.dim + i];
		}
		System.arraycopy(this.hiddenBias.values, 0, this.activation, 0, UNITS);
		for (int i = 0; i < this.dim; i++) {
			addScaled(this.mixed[i], this.hidden.values, i * UNITS, this.activation, 0);
		}
		float sum = this.outputBias.values[0];
		for (int unit = 0; unit < UNITS; unit++) {
			this.activation[unit] = Math.max(0, this.activation[unit]);
			sum += this.activation[unit] * this.output.values[unit];
		}
		double probability = 1 / (1 + StrictMath.exp(-sum));
		float error = (float) ((probability - target(one, other, part)) * weight(one, other, part) / total);
		this.outputBias.gradient[0] += error;
		for (int unit = 0; unit < UNITS; unit++) {
			this.output.gradient[unit] += error * this.activation[unit];
			this.back[unit] = (this.activation[unit] > 0) ? error * this.output.values[unit] : 0;
			this.hiddenBias.gradient[unit] += this.back[unit];
		}
		for (int i = 0; i < this.dim; i++) {
			addScaled(this.mixed[i], this.back, 0, this.hidden.gradient, i * UNITS);
		}
	}

	/** A loop the compiler turns into vector instructions. */
	private static void addScaled(float factor, float[] from, int fromAt, float[] to, int toAt) {
		for (int k = 0; k < UNITS; k++) {
			to[toAt + k] += factor * from[fromAt + k];
		}
	}

	/** Taking the language out of the vectors becomes a part of the weights. */
	private VectorHead head(Head head) {
		return new VectorHead(head, this.space.center(), this.space.folded(this.hidden.values, UNITS),
				this.hiddenBias.values, this.output.values, this.outputBias.values[0], 0, Calibration.none());
	}

}
