package io.github.llamaspring.guard.classify;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Finds probabilities and thresholds from the scores of texts the model had not seen.
 */
final class CalibrationFit {

	/** Share of everyday texts that may be found wrongly, a head; 0.3 % together. */
	private static final double[] HIT = { 0.0015, 0.001, 0.0005 };

	/** Share of everyday texts that may look suspicious, a head; 1.8 % together. */
	private static final double[] GREY = { 0.008, 0.005, 0.005 };

	/** Share of harmless texts that sound like harm that may be found wrongly, a head. */
	private static final double BORDER_HIT = 0.009;

	/** Share of harmless texts that sound like harm that may look suspicious, a head. */
	private static final double[] BORDER_GREY = { 0.09, 0.06, 0.06 };

	/** The same by words alone, whose doubts are more often noise. */
	private static final double BORDER_GREY_WORDS = 0.04;

	/** Share of harmless replies that may be found wrongly, a head. */
	private static final double REPLY_HIT = 0.005;

	/** Share of harmless replies that may look suspicious, a head. */
	private static final double REPLY_GREY = 0.03;

	/** Assumed share of what a head looks for, so that a probability means something. */
	private static final double[] PRIOR = { 0.1, 0.1, 0.35 };

	/** Fewer rows say nothing about a language. */
	private static final int ENOUGH = 60;

	/** Keeps classes that are told apart wholly from a slope without end. */
	private static final double PULL = 1e-4;

	private final List<Example> examples;

	private final Head head;

	private final double[] raw;

	private final boolean words;

	/**
	 * @param raw score of each example by a model that has not seen it
	 * @param words whether the scores are those of words alone
	 */
	CalibrationFit(List<Example> examples, Head head, double[] raw, boolean words) {
		this.words = words;
		this.examples = examples;
		this.head = head;
		this.raw = raw;
	}

	SortedMap<String, Calibration> byLanguage() {
		SortedMap<String, Calibration> result = new TreeMap<>();
		Calibration all = calibration(null);
		result.put(LinearHead.ANY, all.atLeast(calibration(LinearHead.ANY)));
		for (String language : LinearHead.LANGUAGES) {
			Calibration own = calibration(language);
			// Texts of new kinds are less like the known ones of one language than like
			// those of all, and words alone have nothing else to go by. What is insulting
			// was told by other people in each language.
			boolean leans = this.words && this.head != Head.TOXICITY;
			result.put(language, leans ? own.atLeast(own.halfway(all)) : own);
		}
		double[] replies = replies();
		if (replies.length >= ENOUGH) {
			double grey = quantile(replies, REPLY_GREY);
			result.put(LinearHead.OUTPUT, new Calibration(1, 0, (float) grey,
					(float) Math.max(quantile(replies, REPLY_HIT), grey + Calibration.APART)));
		}
		return result;
	}

	/** Harmless replies, refusals among them. */
	private double[] replies() {
		double[] values = new double[this.raw.length];
		int n = 0;
		for (int i = 0; i < this.raw.length; i++) {
			Example example = this.examples.get(i);
			if (example.output() && example.isOrdinary() && !example.isFeedback()
					&& this.raw[i] > Double.NEGATIVE_INFINITY) {
				values[n++] = this.raw[i];
			}
		}
		double[] sorted = Arrays.copyOf(values, n);
		Arrays.sort(sorted);
		return sorted;
	}

	private Calibration calibration(@Nullable String language) {
		double[] platt = platt(language);
		int h = this.head.ordinal();
		double grey = Math.max(-1e2, Math.max(threshold(language, GREY[h]),
				border(language, this.words ? BORDER_GREY_WORDS : BORDER_GREY[h])));
		double hit = Math.max(Math.max(threshold(language, HIT[h]), border(language, BORDER_HIT)),
				grey + Calibration.APART);
		return new Calibration((float) platt[0], (float) platt[1], (float) grey, (float) hit);
	}

	private double border(@Nullable String language, double share) {
		double[] own = ordinary(language, false);
		return quantile((own.length < ENOUGH) ? ordinary(null, false) : own, share);
	}

	/**
	 * The score that this share of ordinary texts reaches; few texts lean on all others.
	 */
	private double threshold(@Nullable String language, double share) {
		double[] all = ordinary(null, true);
		double pooled = quantile(all, share);
		double[] own = ordinary(language, true);
		if (own.length < ENOUGH) {
			return pooled;
		}
		double mine = quantile(own, share);
		// A share of a few texts is chance: the fewer they are, the more the others
		// count.
		double trust = Math.min(1, own.length * share / 3);
		return trust * mine + (1 - trust) * Math.max(mine, pooled);
	}

	/** Of a language, of any that has no calibration of its own, or (null) of all. */
	private static boolean is(Example example, @Nullable String language) {
		return language == null || (language.equals(LinearHead.ANY) ? !LinearHead.LANGUAGES.contains(example.language())
				: language.equals(example.language()));
	}

	private double[] ordinary(@Nullable String language, boolean everyday) {
		double[] values = new double[this.raw.length];
		int n = 0;
		for (int i = 0; i < this.raw.length; i++) {
			Example example = this.examples.get(i);
			boolean counts = example.isOrdinary() && !example.isFeedback() && example.isEveryday() == everyday
					&& this.raw[i] > Double.NEGATIVE_INFINITY && is(example, language);
			if (counts) {
				values[n++] = this.raw[i];
			}
		}
		double[] sorted = Arrays.copyOf(values, n);
		Arrays.sort(sorted);
		return sorted;
	}

	private static double quantile(double[] sorted, double share) {
		if (sorted.length == 0) {
			return -1e3;
		}
		int above = (int) (sorted.length * share);
		return sorted[sorted.length - 1 - above] + 1e-3;
	}

	/**
	 * Slope and offset (Platt) by Newton's method on scores of mean 0 and deviation 1,
	 * classes weighted to the prior; steps that make it worse are halved.
	 */
	private double[] platt(@Nullable String language) {
		int[] counts = counts(language);
		if (language != null && (counts[0] < ENOUGH || counts[1] < ENOUGH)) {
			return platt(null);
		}
		double prior = PRIOR[this.head.ordinal()];
		double[] weights = { (1 - prior) / Math.max(1, counts[0]), prior / Math.max(1, counts[1]) };
		double[] moments = moments(language);
		double slope = 1;
		double offset = 0;
		double loss = loss(language, weights, moments, slope, offset);
		for (int step = 0; step < 60; step++) {
			double[] change = newton(language, weights, moments, slope, offset);
			double size = 1;
			double next = loss(language, weights, moments, slope - change[0], offset - change[1]);
			while (next >= loss && size > 1e-4) {
				size /= 2;
				next = loss(language, weights, moments, slope - size * change[0], offset - size * change[1]);
			}
			if (next >= loss) {
				break;
			}
			slope -= size * change[0];
			offset -= size * change[1];
			loss = next;
		}
		return new double[] { slope / moments[1], offset - slope * moments[0] / moments[1] };
	}

	/** Mean and deviation. */
	private double[] moments(@Nullable String language) {
		double sum = 0;
		double squares = 0;
		int n = 0;
		for (int i = 0; i < this.raw.length; i++) {
			if (truth(i, language) >= 0) {
				sum += this.raw[i];
				squares += this.raw[i] * this.raw[i];
				n++;
			}
		}
		double mean = sum / Math.max(1, n);
		return new double[] { mean, Math.max(1e-6, Math.sqrt(Math.max(0, squares / Math.max(1, n) - mean * mean))) };
	}

	private double loss(@Nullable String language, double[] weights, double[] moments, double slope, double offset) {
		double loss = PULL * ((slope - 1) * (slope - 1) + offset * offset) / 2;
		for (int i = 0; i < this.raw.length; i++) {
			int truth = truth(i, language);
			if (truth >= 0) {
				double z = slope * (this.raw[i] - moments[0]) / moments[1] + offset;
				double wrong = (truth == 1) ? -z : z;
				loss += weights[truth] * ((wrong > 30) ? wrong : StrictMath.log1p(StrictMath.exp(wrong)));
			}
		}
		return loss;
	}

	private double[] newton(@Nullable String language, double[] weights, double[] moments, double slope,
			double offset) {
		double bySlope = PULL * (slope - 1);
		double byOffset = PULL * offset;
		double slopeSlope = PULL;
		double offsetOffset = PULL;
		double slopeOffset = 0;
		for (int i = 0; i < this.raw.length; i++) {
			int truth = truth(i, language);
			if (truth >= 0) {
				double x = (this.raw[i] - moments[0]) / moments[1];
				double p = Calibration.sigmoid(slope * x + offset);
				double error = weights[truth] * (p - truth);
				double curve = weights[truth] * p * (1 - p);
				bySlope += error * x;
				byOffset += error;
				slopeSlope += curve * x * x;
				offsetOffset += curve;
				slopeOffset += curve * x;
			}
		}
		double determinant = slopeSlope * offsetOffset - slopeOffset * slopeOffset;
		return new double[] { (bySlope * offsetOffset - byOffset * slopeOffset) / determinant,
				(byOffset * slopeSlope - bySlope * slopeOffset) / determinant };
	}

	private int[] counts(@Nullable String language) {
		int[] counts = new int[2];
		for (int i = 0; i < this.raw.length; i++) {
			int truth = truth(i, language);
			if (truth >= 0) {
				counts[truth]++;
			}
		}
		return counts;
	}

	private int truth(int i, @Nullable String language) {
		Example example = this.examples.get(i);
		boolean counts = !example.isFeedback() && this.raw[i] > Double.NEGATIVE_INFINITY && is(example, language);
		return counts ? example.truth(this.head) : -1;
	}

}
