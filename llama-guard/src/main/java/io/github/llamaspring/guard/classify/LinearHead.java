package io.github.llamaspring.guard.classify;

import java.util.List;
import java.util.SortedMap;

/**
 * One linear model: {@code raw = bias + scale * sum(weights of the features) *
 * norm(number of features)}.
 *
 * @param weights one a bucket
 * @param calibrations by language (ISO 639-1); {@link #ANY} holds for all others
 */
record LinearHead(Head head, byte[] weights, float scale, float bias, SortedMap<String, Calibration> calibrations) {

	static final String ANY = "*";

	/** Thresholds of what models write, in any language. */
	static final String OUTPUT = "output";

	/** Languages with a calibration of their own where the data allow it. */
	static final List<String> LANGUAGES = List.of("en", "de", "pt", "es", "fr");

	double raw(long sum, long features) {
		return this.bias + this.scale * sum * HashedFeatures.norm(features);
	}

	/**
	 * @param output whether a model wrote the text: replies talk about what was asked, so
	 * they need more to be found
	 */
	Calibration calibration(String language, boolean output) {
		return calibration(this.head, this.calibrations, language, output);
	}

	static Calibration calibration(Head head, SortedMap<String, Calibration> calibrations, String language,
			boolean output) {
		Calibration own = calibrations.get(language);
		if (own == null) {
			own = calibrations.get(ANY);
		}
		if (own == null) {
			throw new IllegalStateException("the head " + head + " has no calibration for " + ANY);
		}
		Calibration replies = calibrations.get(OUTPUT);
		return (output && replies != null) ? own.atLeast(replies) : own;
	}

}
