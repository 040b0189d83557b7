package io.github.llamaspring.guard.classify;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Logistic regression by AdaGrad over sparse rows. One thread, one fixed order and
 * {@link StrictMath}: the same rows give the same bits everywhere.
 */
final class LogisticRegression {

	private static final int EPOCHS = 8;

	private static final double RATE = 0.6;

	private static final double DECAY = 2e-4;

	private static final long SEED = 20261123;

	private final float[] weights = new float[HashedFeatures.BUCKETS];

	private double bias;

	/**
	 * @param targets 1 or 0 a row
	 * @param importance of a row; 0 leaves it out
	 */
	static LogisticRegression fit(List<SparseRow> rows, int[] targets, double[] importance) {
		LogisticRegression model = new LogisticRegression();
		float[] squares = new float[HashedFeatures.BUCKETS];
		Arrays.fill(squares, 1e-3f);
		double biasSquares = 1;
		int[] order = new int[rows.size()];
		for (int i = 0; i < order.length; i++) {
			order[i] = i;
		}
		Random random = new Random(SEED);
		for (int epoch = 0; epoch < EPOCHS; epoch++) {
			shuffle(order, random);
			for (int i : order) {
				if (importance[i] == 0) {
					continue;
				}
				SparseRow row = rows.get(i);
				double error = importance[i] * (Calibration.sigmoid(model.raw(row)) - targets[i]);
				for (int k = 0; k < row.buckets().length; k++) {
					int bucket = row.buckets()[k];
					double gradient = error * row.values()[k] + DECAY * model.weights[bucket];
					squares[bucket] += (float) (gradient * gradient);
					model.weights[bucket] -= (float) (RATE * gradient / Math.sqrt(squares[bucket]));
				}
				biasSquares += error * error;
				model.bias -= 0.1 * error / Math.sqrt(biasSquares);
			}
		}
		return model;
	}

	private static void shuffle(int[] order, Random random) {
		for (int i = order.length - 1; i > 0; i--) {
			int k = random.nextInt(i + 1);
			int kept = order[i];
			order[i] = order[k];
			order[k] = kept;
		}
	}

	private double raw(SparseRow row) {
		double sum = this.bias;
		for (int k = 0; k < row.buckets().length; k++) {
			sum += this.weights[row.buckets()[k]] * row.values()[k];
		}
		return sum;
	}

	/** Step of the 8-bit weights; the few largest ones are cut. */
	float scale() {
		float[] sizes = new float[this.weights.length];
		int n = 0;
		for (float weight : this.weights) {
			if (weight != 0) {
				sizes[n++] = Math.abs(weight);
			}
		}
		if (n == 0) {
			return 1;
		}
		Arrays.sort(sizes, 0, n);
		return Math.max(sizes[(int) ((n - 1) * 0.9998)], 1e-6f) / 127;
	}

	byte[] quantised(float scale) {
		byte[] bytes = new byte[this.weights.length];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) Math.clamp(Math.round(this.weights[i] / scale), -127, 127);
		}
		return bytes;
	}

	float bias() {
		return (float) this.bias;
	}

}
