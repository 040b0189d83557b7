package io.github.llamaspring.guard.classify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The directions in which sentence vectors of different languages differ, which are taken
 * out of them: a head that can't see the language can't learn that one of them is a sign
 * of harm.
 *
 * @param center the mean of all vectors, {@code [dim]}
 * @param directions of length 1, at right angles to each other
 */
record LanguageSpace(float[] center, List<double[]> directions) {

	/** Shorter rests are rounding. */
	private static final double LEAST = 1e-4;

	/**
	 * @param center the mean of all vectors
	 * @param means of everyday texts, one a language
	 */
	static LanguageSpace of(float[] center, Collection<double[]> means) {
		double[] middle = new double[center.length];
		for (double[] mean : means) {
			for (int i = 0; i < middle.length; i++) {
				middle[i] += mean[i] / means.size();
			}
		}
		List<double[]> directions = new ArrayList<>();
		for (double[] mean : means) {
			double[] rest = new double[center.length];
			for (int i = 0; i < rest.length; i++) {
				rest[i] = mean[i] - middle[i];
			}
			for (int pass = 0; pass < 2; pass++) {
				for (double[] direction : directions) {
					takeOut(direction, rest);
				}
			}
			double length = Math.sqrt(dot(rest, rest));
			if (length > LEAST) {
				for (int i = 0; i < rest.length; i++) {
					rest[i] /= length;
				}
				directions.add(rest);
			}
		}
		return new LanguageSpace(center, List.copyOf(directions));
	}

	private static void takeOut(double[] direction, double[] from) {
		double share = dot(direction, from);
		for (int i = 0; i < from.length; i++) {
			from[i] -= share * direction[i];
		}
	}

	private static double dot(double[] a, double[] b) {
		double sum = 0;
		for (int i = 0; i < a.length; i++) {
			sum += a[i] * b[i];
		}
		return sum;
	}

	/** Writes the centred, spread vector without the language. */
	void project(float[] vector, float[] to, int at) {
		double[] rest = new double[vector.length];
		for (int i = 0; i < rest.length; i++) {
			rest[i] = (vector[i] - this.center[i]) * VectorHead.SPREAD;
		}
		this.directions.forEach((direction) -> takeOut(direction, rest));
		for (int i = 0; i < rest.length; i++) {
			to[at + i] = (float) rest[i];
		}
	}

	/**
	 * Weights that do to centred vectors what the given ones do to projected ones.
	 * @param weights {@code [dim][columns]}
	 */
	float[] folded(float[] weights, int columns) {
		int dim = this.center.length;
		float[] folded = new float[weights.length];
		double[] column = new double[dim];
		for (int k = 0; k < columns; k++) {
			for (int i = 0; i < dim; i++) {
				column[i] = weights[i * columns + k];
			}
			this.directions.forEach((direction) -> takeOut(direction, column));
			for (int i = 0; i < dim; i++) {
				folded[i * columns + k] = (float) column[i];
			}
		}
		return folded;
	}

}
