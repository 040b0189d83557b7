package io.github.llamaspring.guard.classify;

import java.util.Arrays;
import java.util.SortedMap;

/**
 * A head on sentence vectors:
 * {@code raw = output * relu((v - center) * SPREAD * hidden + hiddenBias) + outputBias + share * words},
 * where {@code words} is the raw score of the {@link LinearHead} for the same text: words
 * and meaning err in different places.
 *
 * @param head what it looks for
 * @param center the mean of the vectors it was trained on, {@code [dim]}: E5's vectors
 * lie around it, not around zero
 * @param hidden {@code [dim][unit]}, one row after another
 * @param hiddenBias {@code [unit]}
 * @param output {@code [unit]}
 * @param outputBias added to their sum
 * @param share how much the linear head counts
 * @param calibrations by language, as in {@link LinearHead}
 */
record VectorHead(Head head, float[] center, float[] hidden, float[] hiddenBias, float[] output, float outputBias,
		float share, SortedMap<String, Calibration> calibrations) {

	/** Brings the small differences between vectors to the order of 1. */
	static final float SPREAD = 8;

	/** What the meaning alone says. */
	double logit(float[] vector) {
		int dim = this.center.length;
		int units = this.output.length;
		if (vector.length != dim) {
			throw new IllegalArgumentException(
					"a vector of %d numbers, where the head was trained on %d: use the".formatted(vector.length, dim)
							+ " sentence encoder that it was trained with");
		}
		float[] sums = this.hiddenBias.clone();
		for (int i = 0; i < dim; i++) {
			float x = (vector[i] - this.center[i]) * SPREAD;
			int row = i * units;
			for (int unit = 0; unit < units; unit++) {
				sums[unit] += x * this.hidden[row + unit];
			}
		}
		double sum = this.outputBias;
		for (int unit = 0; unit < units; unit++) {
			sum += this.output[unit] * Math.max(0, sums[unit]);
		}
		return sum;
	}

	/** This one and another one in one: the sum of both, each divided by its spread. */
	VectorHead plus(VectorHead other, double mySpread, double otherSpread) {
		int dim = this.center.length;
		int mine = this.output.length;
		int all = mine + other.output.length;
		float[] both = new float[dim * all];
		for (int i = 0; i < dim; i++) {
			System.arraycopy(this.hidden, i * mine, both, i * all, mine);
			System.arraycopy(other.hidden, i * (all - mine), both, i * all + mine, all - mine);
		}
		float[] bias = Arrays.copyOf(this.hiddenBias, all);
		System.arraycopy(other.hiddenBias, 0, bias, mine, all - mine);
		float[] sums = new float[all];
		for (int unit = 0; unit < all; unit++) {
			sums[unit] = (float) ((unit < mine) ? this.output[unit] / mySpread
					: other.output[unit - mine] / otherSpread);
		}
		return new VectorHead(this.head, this.center, both, bias, sums,
				(float) (this.outputBias / mySpread + other.outputBias / otherSpread), this.share, this.calibrations);
	}

	/** Meaning and words together. */
	double raw(double logit, double words) {
		return logit + this.share * words;
	}

	Calibration calibration(String language, boolean isOutput) {
		return LinearHead.calibration(this.head, this.calibrations, language, isOutput);
	}

	VectorHead with(float newShare, SortedMap<String, Calibration> newCalibrations) {
		return new VectorHead(this.head, this.center, this.hidden, this.hiddenBias, this.output, this.outputBias,
				newShare, newCalibrations);
	}

}
