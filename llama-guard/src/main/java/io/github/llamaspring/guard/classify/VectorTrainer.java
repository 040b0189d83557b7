package io.github.llamaspring.guard.classify;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a {@link VectorHead}: cross entropy, Adam (Kingma and Ba 2015), weight decay.
 * The same examples in the same order give the same head, bit for bit.
 */
final class VectorTrainer {

	private static final int UNITS = 128;

	private static final int EPOCHS = 8;

	private static final int BATCH = 256;

	private static final double RATE = 2e-3;

	private static final double DECAY = 1e-4;

	private static final double FIRST = 0.9;

	private static final double SECOND = 0.999;

	private final int dim;

	/**
	 * {@code [unit][dim]}, hidden biases, output weights, output bias; one after another.
	 */
	private final double[] parameters;

	private final double[] gradient;

	private final double[] first;

	private final double[] second;

	private final float[] center;

	private final double[] activation = new double[UNITS];

	private long step;

	private VectorTrainer(List<Example> examples, long seed) {
		this.dim = examples.getFirst().vector().length;
		int count = UNITS * this.dim + 2 * UNITS + 1;
		this.parameters = new double[count];
		this.gradient = new double[count];
		this.first = new double[count];
		this.second = new double[count];
		this.center = new float[this.dim];
		for (Example example : examples) {
			for (int i = 0; i < this.dim; i++) {
				this.center[i] += example.vector()[i] / examples.size();
			}
		}
		SplittableRandom random = new SplittableRandom(seed);
		for (int i = 0; i < UNITS * this.dim; i++) {
			this.parameters[i] = 3 * random.nextGaussian() / Math.sqrt(this.dim);
		}
		for (int i = 0; i < UNITS; i++) {
			this.parameters[UNITS * this.dim + UNITS + i] = random.nextGaussian() / Math.sqrt(UNITS);
		}
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
	 * Trains on examples, not calibrated.
	 * @param seed of the first weights and the order
	 */
	static VectorHead train(List<Example> examples, long seed) {
		VectorTrainer trainer = new VectorTrainer(examples, seed);
		int[] order = new int[examples.size()];
		for (int i = 0; i < order.length; i++) {
			order[i] = i;
		}
		SplittableRandom random = new SplittableRandom(seed + 1);
		for (int epoch = 0; epoch < EPOCHS; epoch++) {
			for (int i = order.length - 1; i > 0; i--) {
				int other = random.nextInt(i + 1);
				int kept = order[i];
				order[i] = order[other];
				order[other] = kept;
			}
			for (int from = 0; from < order.length; from += BATCH) {
				trainer.learn(examples, order, from, Math.min(order.length, from + BATCH));
			}
		}
		return trainer.head();
	}

	private void learn(List<Example> examples, int[] order, int from, int to) {
		double total = 0;
		for (int i = from; i < to; i++) {
			total += examples.get(order[i]).weight();
		}
		for (int i = from; i < to; i++) {
			Example example = examples.get(order[i]);
			add(example, example.weight() / total);
		}
		update();
	}

	private void add(Example example, double weight) {
		float[] vector = example.vector();
		int biases = UNITS * this.dim;
		int outputs = biases + UNITS;
		double sum = this.parameters[outputs + UNITS];
		for (int unit = 0; unit < UNITS; unit++) {
			double dot = 0;
			for (int i = 0; i < this.dim; i++) {
				dot += this.parameters[unit * this.dim + i] * (vector[i] - this.center[i]);
			}
			this.activation[unit] = Math.max(0, dot * VectorHead.SPREAD + this.parameters[biases + unit]);
			sum += this.activation[unit] * this.parameters[outputs + unit];
		}
		double error = (1 / (1 + StrictMath.exp(-sum)) - (example.positive() ? 1 : 0)) * weight;
		this.gradient[outputs + UNITS] += error;
		for (int unit = 0; unit < UNITS; unit++) {
			if (this.activation[unit] > 0) {
				this.gradient[outputs + unit] += error * this.activation[unit];
				double back = error * this.parameters[outputs + unit];
				this.gradient[biases + unit] += back;
				for (int i = 0; i < this.dim; i++) {
					this.gradient[unit * this.dim + i] += back * VectorHead.SPREAD * (vector[i] - this.center[i]);
				}
			}
		}
	}

	private void update() {
		this.step++;
		double firstScale = 1 - StrictMath.pow(FIRST, this.step);
		double secondScale = 1 - StrictMath.pow(SECOND, this.step);
		for (int i = 0; i < this.parameters.length; i++) {
			double g = this.gradient[i] + DECAY * this.parameters[i];
			this.gradient[i] = 0;
			this.first[i] = FIRST * this.first[i] + (1 - FIRST) * g;
			this.second[i] = SECOND * this.second[i] + (1 - SECOND) * g * g;
			this.parameters[i] -= RATE * (this.first[i] / firstScale)
					/ (Math.sqrt(this.second[i] / secondScale) + 1e-8);
		}
	}

	private VectorHead head() {
		float[][] hidden = new float[UNITS][];
		for (int unit = 0; unit < UNITS; unit++) {
			hidden[unit] = floats(unit * this.dim, this.dim);
		}
		int biases = UNITS * this.dim;
		return new VectorHead(this.center, hidden, floats(biases, UNITS), floats(biases + UNITS, UNITS),
				(float) this.parameters[biases + 2 * UNITS], 1, 0);
	}

	private float[] floats(int from, int count) {
		float[] values = new float[count];
		for (int i = 0; i < count; i++) {
			values[i] = (float) this.parameters[from + i];
		}
		return values;
	}

}
