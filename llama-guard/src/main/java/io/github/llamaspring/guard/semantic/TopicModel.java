package io.github.llamaspring.guard.semantic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tells texts near a few examples from everyday texts and from counter-examples: Fisher's
 * linear discriminant over places in the space of meaning. Immutable and thread-safe.
 */
final class TopicModel {

	/** Share of the mean variance that is added to each direction's own. */
	private static final double RIDGE = 1;

	/** How often a counter-example counts beside an everyday text. */
	private static final int COUNTER = 3;

	/** Share of everyday texts whose score is 0.5 or more. */
	private static final double NEAR = 0.02;

	/** Deviations of everyday texts from a score of 0.5 to one of 0.73. */
	private static final double STEP = 0.5;

	/** Parts of the everyday texts, each scored by a model that has not seen it. */
	private static final int FOLDS = 4;

	private final MeaningSpace space;

	private final float[] weights;

	private final double near;

	private final double step;

	private TopicModel(MeaningSpace space, float[] weights, double near, double step) {
		this.space = space;
		this.weights = weights;
		this.near = near;
		this.step = step;
	}

	/**
	 * @param examples vectors of texts on the topic, at least one
	 * @param counterExamples vectors of texts that sound like it and are not
	 */
	static TopicModel of(MeaningSpace space, List<float[]> examples, List<float[]> counterExamples) {
		List<float[]> on = examples.stream().map(space::place).toList();
		List<float[]> counters = counterExamples.stream().map(space::place).toList();
		List<float[]> ordinary = space.ordinary();
		int n = ordinary.size();
		double[] unseen = new double[n];
		for (int fold = 0; fold < FOLDS; fold++) {
			List<float[]> others = new ArrayList<>();
			for (int i = 0; i < n; i++) {
				if (n < 2 * FOLDS || i % FOLDS != fold) {
					others.add(ordinary.get(i));
				}
			}
			float[] weights = weights(on, others, counters);
			for (int i = fold; i < n; i += FOLDS) {
				unseen[i] = MeaningSpace.dot(weights, ordinary.get(i));
			}
		}
		Arrays.sort(unseen);
		double near = unseen[n - 1 - (int) (NEAR * n)];
		return new TopicModel(space, weights(on, ordinary, counters), near, STEP * deviation(unseen));
	}

	private static float[] weights(List<float[]> on, List<float[]> ordinary, List<float[]> counters) {
		List<float[]> off = new ArrayList<>(ordinary);
		for (int i = 0; i < COUNTER; i++) {
			off.addAll(counters);
		}
		double[] onMean = mean(on);
		double[] offMean = mean(off);
		int dim = onMean.length;
		double[][] spread = new double[dim][dim];
		add(spread, on, onMean);
		add(spread, off, offMean);
		double trace = 0;
		for (int i = 0; i < dim; i++) {
			trace += spread[i][i];
		}
		double[] difference = new double[dim];
		for (int i = 0; i < dim; i++) {
			spread[i][i] += RIDGE * trace / dim + 1e-12;
			difference[i] = onMean[i] - offMean[i];
		}
		double[] solution = solve(spread, difference);
		double length = 0;
		for (double value : solution) {
			length += value * value;
		}
		float[] weights = new float[dim];
		for (int i = 0; i < dim; i++) {
			weights[i] = (float) (solution[i] / Math.max(Math.sqrt(length), 1e-12));
		}
		return weights;
	}

	/** 0 to 1; one of 50 everyday texts has 0.5 or more. */
	double score(float[] vector) {
		double distance = MeaningSpace.dot(this.weights, this.space.place(vector)) - this.near;
		return 1 / (1 + Math.exp(-distance / this.step));
	}

	private static double[] mean(List<float[]> places) {
		double[] mean = new double[places.getFirst().length];
		for (float[] place : places) {
			for (int i = 0; i < mean.length; i++) {
				mean[i] += place[i] / (double) places.size();
			}
		}
		return mean;
	}

	private static void add(double[][] spread, List<float[]> places, double[] mean) {
		double[] rest = new double[mean.length];
		for (float[] place : places) {
			for (int i = 0; i < rest.length; i++) {
				rest[i] = place[i] - mean[i];
			}
			for (int i = 0; i < rest.length; i++) {
				for (int k = 0; k <= i; k++) {
					spread[i][k] += rest[i] * rest[k];
				}
			}
		}
	}

	private static double deviation(double[] values) {
		double mean = Arrays.stream(values).average().orElse(0);
		double squares = Arrays.stream(values).map((value) -> (value - mean) * (value - mean)).average().orElse(0);
		return Math.max(1e-6, Math.sqrt(squares));
	}

	/**
	 * Cholesky's method.
	 * @param matrix symmetric and positive definite; its lower triangle is overwritten
	 */
	private static double[] solve(double[][] matrix, double[] right) {
		int n = right.length;
		double[] x = right.clone();
		for (int i = 0; i < n; i++) {
			for (int k = 0; k <= i; k++) {
				double sum = matrix[i][k];
				for (int m = 0; m < k; m++) {
					sum -= matrix[i][m] * matrix[k][m];
				}
				matrix[i][k] = (i == k) ? Math.sqrt(Math.max(sum, 1e-18)) : sum / matrix[k][k];
			}
		}
		for (int i = 0; i < n; i++) {
			for (int m = 0; m < i; m++) {
				x[i] -= matrix[i][m] * x[m];
			}
			x[i] /= matrix[i][i];
		}
		for (int i = n - 1; i >= 0; i--) {
			for (int m = i + 1; m < n; m++) {
				x[i] -= matrix[m][i] * x[m];
			}
			x[i] /= matrix[i][i];
		}
		return x;
	}

}
