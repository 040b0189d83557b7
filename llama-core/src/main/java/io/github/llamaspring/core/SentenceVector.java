package io.github.llamaspring.core;

/**
 * What a text means, as a direction.
 *
 * @param values of length 1 together, so that the inner product of two is their cosine
 * @param tokens that the text was cut into, its prefix included
 */
public record SentenceVector(float[] values, int tokens) {

	/**
	 * How alike two texts are: from -1 to 1. E5's cosines lie close together, above 0.6;
	 * it is their order that counts.
	 * @throws IllegalArgumentException if they are not of one width
	 */
	public float cosine(SentenceVector other) {
		if (this.values.length != other.values.length) {
			throw new IllegalArgumentException("vectors of %d and %d numbers come from different models"
				.formatted(this.values.length, other.values.length));
		}
		double sum = 0;
		for (int i = 0; i < this.values.length; i++) {
			sum += (double) this.values[i] * other.values[i];
		}
		return (float) sum;
	}

}
