package io.github.llamaspring.guard.classify;

import java.util.TreeMap;

import java.util.SortedMap;

import java.util.Map;

/**
 * What a head's raw score means in one language.
 *
 * @param slope of the raw score in the log-odds of the probability (Platt)
 * @param offset of the log-odds
 * @param grey raw score from which a text is suspicious
 * @param hit raw score from which it is found; greater than {@code grey}
 */
record Calibration(float slope, float offset, float grey, float hit) {

	/** Least distance of the thresholds. */
	static final float APART = 0.05f;

	/** Of a head that is not calibrated yet. */
	static SortedMap<String, Calibration> none() {
		return new TreeMap<>(Map.of(LinearHead.ANY, new Calibration(1, 0, 0, 1)));
	}

	/**
	 * Probability that the text is what the head looks for.
	 */
	double probability(double raw) {
		return sigmoid(this.slope * raw + this.offset);
	}

	/**
	 * How sure a finding is on the policy's scale: {@link Head#GREY_SCORE} at the lower
	 * threshold, {@code hitScore} at the upper one, in between and beyond by one logistic
	 * curve through both.
	 */
	double score(double raw, double hitScore) {
		double steep = StrictMath.log(hitScore / (1 - hitScore)) / (this.hit - this.grey);
		return sigmoid(steep * (raw - this.grey));
	}

	/** This one with the higher ones of both thresholds. */
	Calibration atLeast(Calibration other) {
		return new Calibration(this.slope, this.offset, Math.max(this.grey, other.grey), Math.max(this.hit, other.hit));
	}

	/** This one with thresholds in the middle between both. */
	Calibration halfway(Calibration other) {
		return new Calibration(this.slope, this.offset, (this.grey + other.grey) / 2, (this.hit + other.hit) / 2);
	}

	static double sigmoid(double x) {
		return 1 / (1 + StrictMath.exp(-x));
	}

}
