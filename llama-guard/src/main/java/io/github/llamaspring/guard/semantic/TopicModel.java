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
		List<float[]> off = new ArrayList<>(space.ordinary());
		List<float[]> counters = counterExamples.stream().map(space::place).toList();
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
		double[] ordinary = space.ordinary()
			.stream()
			.mapToDouble((place) -> MeaningSpace.dot(weights, place))
			.toArray();
		Arrays.sort(ordinary);
		double near = ordinary[ordinary.length - 1 - (int) (NEAR * ordinary.length)];
		return new TopicModel(space, weights, near, STEP * deviation(ordinary));
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
