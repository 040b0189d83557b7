package io.github.llamaspring.guard.classify;

import java.util.List;

/**
 * Which item of the policy a harmful text belongs to, by its vector: a softmax over
 * {@code (v - center) * SPREAD * weights + bias}.
 *
 * @param classes their ids
 * @param center as in {@link VectorHead}
 * @param weights {@code [dim][class]}, one row after another
 * @param bias {@code [class]}
 */
record VectorCategories(List<String> classes, float[] center, float[] weights, float[] bias) {

	/**
	 * The likeliest class where it is at least as probable as asked for, else another
	 * answer.
	 */
	String best(float[] vector, double least, String unsure) {
		double[] p = probabilities(vector);
		int best = 0;
		for (int k = 1; k < p.length; k++) {
			if (p[k] > p[best]) {
				best = k;
			}
		}
		return (p[best] >= least) ? this.classes.get(best) : unsure;
	}

	double[] probabilities(float[] vector) {
		int n = this.bias.length;
		double[] p = new double[n];
		double most = Double.NEGATIVE_INFINITY;
		for (int k = 0; k < n; k++) {
			double sum = this.bias[k];
			for (int i = 0; i < vector.length; i++) {
				sum += (vector[i] - this.center[i]) * VectorHead.SPREAD * this.weights[i * n + k];
			}
			p[k] = sum;
			most = Math.max(most, sum);
		}
		double total = 0;
		for (int k = 0; k < n; k++) {
			p[k] = StrictMath.exp(p[k] - most);
			total += p[k];
		}
		for (int k = 0; k < n; k++) {
			p[k] /= total;
		}
		return p;
	}

}
