package io.github.llamaspring.guard.semantic;

import java.util.List;

/**
 * Where sentence vectors lie: around a center, apart by language. Takes both out of a
 * vector, so that texts of one meaning are near each other in whatever language they are.
 * Immutable and thread-safe.
 *
 * @param center the mean of vectors, {@code [dim]}
 * @param directions in which languages differ, each of length 1, at right angles
 * @param ordinary placed vectors of everyday texts: what any topic is told apart from
 */
public record MeaningSpace(float[] center, List<float[]> directions, List<float[]> ordinary) {

	/**
	 * The place of a vector: without center and language, of length 1.
	 * @throws IllegalArgumentException for a vector of another encoder
	 */
	public float[] place(float[] vector) {
		if (vector.length != this.center.length) {
			throw new IllegalArgumentException("a vector of " + vector.length + " numbers, where " + this.center.length
					+ " are known: use the sentence encoder that the guard was made for");
		}
		float[] place = new float[vector.length];
		for (int i = 0; i < place.length; i++) {
			place[i] = vector[i] - this.center[i];
		}
		for (float[] direction : this.directions) {
			float share = (float) dot(direction, place);
			for (int i = 0; i < place.length; i++) {
				place[i] -= share * direction[i];
			}
		}
		float length = (float) Math.sqrt(dot(place, place));
		for (int i = 0; i < place.length; i++) {
			place[i] /= Math.max(length, 1e-9f);
		}
		return place;
	}

	/**
	 * How near two places are: -1 to 1.
	 */
	public static double cosine(float[] place, float[] other) {
		return dot(place, other);
	}

	static double dot(float[] a, float[] b) {
		double sum = 0;
		for (int i = 0; i < a.length; i++) {
			sum += (double) a[i] * b[i];
		}
		return sum;
	}

}
