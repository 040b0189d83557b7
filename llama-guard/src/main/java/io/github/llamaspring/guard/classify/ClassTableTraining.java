package io.github.llamaspring.guard.classify;

import java.util.List;

/**
 * Counts features by class for a {@link ClassTable}.
 */
final class ClassTableTraining {

	/** Steps of the stored log-likelihoods in one natural unit. */
	private static final double STEPS = 16;

	private final List<String> classes;

	private final double[] counts;

	ClassTableTraining(List<String> classes) {
		this.classes = List.copyOf(classes);
		this.counts = new double[ClassTable.BUCKETS * classes.size()];
	}

	void add(SparseRow row, String name, double importance) {
		int k = this.classes.indexOf(name);
		if (k < 0) {
			return;
		}
		for (int i = 0; i < row.buckets().length; i++) {
			int bucket = row.buckets()[i] & (ClassTable.BUCKETS - 1);
			this.counts[bucket * this.classes.size() + k] += importance * row.values()[i];
		}
	}

	/**
	 * Log-likelihoods, every class as likely as the other beforehand, with their mean
	 * over the classes taken off, which changes no comparison.
	 */
	ClassTable table() {
		int n = this.classes.size();
		double[] totals = new double[n];
		for (int i = 0; i < this.counts.length; i++) {
			totals[i % n] += this.counts[i];
		}
		byte[] weights = new byte[this.counts.length];
		double[] logs = new double[n];
		for (int bucket = 0; bucket < ClassTable.BUCKETS; bucket++) {
			double mean = 0;
			for (int k = 0; k < n; k++) {
				double smoothing = 1e-4 * totals[k] + 1e-9;
				logs[k] = StrictMath
					.log((this.counts[bucket * n + k] + smoothing) / (totals[k] + smoothing * ClassTable.BUCKETS));
				mean += logs[k] / n;
			}
			for (int k = 0; k < n; k++) {
				weights[bucket * n + k] = (byte) Math.clamp(Math.round(STEPS * (logs[k] - mean)), -127, 127);
			}
		}
		return new ClassTable(this.classes, weights);
	}

}
