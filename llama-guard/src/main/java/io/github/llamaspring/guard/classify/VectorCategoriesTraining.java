package io.github.llamaspring.guard.classify;

import java.util.ArrayList;
import java.util.List;

/**
 * Trains {@link VectorCategories}: softmax regression, all examples at once, Adam.
 */
final class VectorCategoriesTraining {

	private static final int STEPS = 300;

	private static final double RATE = 0.02;

	private static final float DECAY = 1e-4f;

	private final List<String> classes;

	private final LanguageSpace space;

	private final List<float[]> inputs = new ArrayList<>();

	private final List<Integer> targets = new ArrayList<>();

	private final List<Double> weights = new ArrayList<>();

	VectorCategoriesTraining(List<String> classes, LanguageSpace space) {
		this.classes = List.copyOf(classes);
		this.space = space;
	}

	void add(float[] vector, String name, double weight) {
		int target = this.classes.indexOf(name);
		if (target >= 0) {
			float[] input = new float[vector.length];
			this.space.project(vector, input, 0);
			this.inputs.add(input);
			this.targets.add(target);
			this.weights.add(weight);
		}
	}

	VectorCategories categories() {
		int n = this.classes.size();
		int dim = this.space.center().length;
		Adam matrix = new Adam(new float[dim * n], DECAY);
		Adam bias = new Adam(new float[n], 0);
		double total = this.weights.stream().mapToDouble(Double::doubleValue).sum();
		float[] sums = new float[n];
		for (int step = 0; step < STEPS; step++) {
			for (int e = 0; e < this.inputs.size(); e++) {
				learn(matrix, bias, e, total, sums);
			}
			double rate = RATE * (1 - 0.9 * step / STEPS);
			matrix.update(rate);
			bias.update(rate);
		}
		return new VectorCategories(this.classes, this.space.center(), this.space.folded(matrix.values, n),
				bias.values);
	}

	private void learn(Adam matrix, Adam bias, int e, double total, float[] sums) {
		int n = sums.length;
		float[] input = this.inputs.get(e);
		System.arraycopy(bias.values, 0, sums, 0, n);
		for (int i = 0; i < input.length; i++) {
			for (int k = 0; k < n; k++) {
				sums[k] += input[i] * matrix.values[i * n + k];
			}
		}
		float most = Float.NEGATIVE_INFINITY;
		for (float sum : sums) {
			most = Math.max(most, sum);
		}
		double all = 0;
		for (int k = 0; k < n; k++) {
			sums[k] = (float) StrictMath.exp(sums[k] - most);
			all += sums[k];
		}
		double weight = this.weights.get(e) / total;
		for (int k = 0; k < n; k++) {
			sums[k] = (float) ((sums[k] / all - ((k == this.targets.get(e)) ? 1 : 0)) * weight);
			bias.gradient[k] += sums[k];
		}
		for (int i = 0; i < input.length; i++) {
			for (int k = 0; k < n; k++) {
				matrix.gradient[i * n + k] += input[i] * sums[k];
			}
		}
	}

}
