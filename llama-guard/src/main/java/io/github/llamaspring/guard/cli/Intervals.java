package io.github.llamaspring.guard.cli;

import java.util.Arrays;

/**
 * Figures with 95 % confidence intervals.
 */
final class Intervals {

	private static final double Z = 1.959964;

	private Intervals() {
	}

	/**
	 * A share with Wilson's score interval.
	 */
	static Figure share(int hits, int of) {
		if (of == 0) {
			return new Figure(Double.NaN, Double.NaN, Double.NaN);
		}
		double p = hits / (double) of;
		double z2 = Z * Z / of;
		double middle = (p + z2 / 2) / (1 + z2);
		double half = Z * Math.sqrt(p * (1 - p) / of + z2 / (4 * of)) / (1 + z2);
		return new Figure(p, Math.max(0, middle - half), Math.min(1, middle + half));
	}

	/**
	 * The chance that a positive scores higher than a negative, ties counted half, with
	 * the interval of Hanley and McNeil (1982).
	 */
	static Figure auc(double[] positives, double[] negatives) {
		int p = positives.length;
		int n = negatives.length;
		if (p == 0 || n == 0) {
			return new Figure(Double.NaN, Double.NaN, Double.NaN);
		}
		double[] sorted = negatives.clone();
		Arrays.sort(sorted);
		double wins = 0;
		for (double value : positives) {
			int below = lower(sorted, value);
			wins += below + (upper(sorted, value) - below) / 2.0;
		}
		double a = wins / p / n;
		double q1 = a / (2 - a);
		double q2 = 2 * a * a / (1 + a);
		double half = Z
				* Math.sqrt(Math.max(0, (a * (1 - a) + (p - 1) * (q1 - a * a) + (n - 1) * (q2 - a * a)) / p / n));
		return new Figure(a, Math.max(0, a - half), Math.min(1, a + half));
	}

	private static int lower(double[] sorted, double value) {
		int from = 0;
		int to = sorted.length;
		while (from < to) {
			int middle = (from + to) >>> 1;
			if (sorted[middle] < value) {
				from = middle + 1;
			}
			else {
				to = middle;
			}
		}
		return from;
	}

	private static int upper(double[] sorted, double value) {
		return lower(sorted, Math.nextUp(value));
	}

	/**
	 * Share of the positives above the score that this share of the negatives exceeds.
	 */
	static Figure recallAt(double falsePositives, double[] positives, double[] negatives) {
		if (positives.length == 0 || negatives.length == 0) {
			return new Figure(Double.NaN, Double.NaN, Double.NaN);
		}
		double threshold = threshold(falsePositives, negatives);
		int hits = (int) Arrays.stream(positives).filter((value) -> value > threshold).count();
		return share(hits, positives.length);
	}

	/**
	 * The score that this share exceeds.
	 * @param scores at least one
	 */
	static double threshold(double share, double[] scores) {
		double[] sorted = scores.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length - 1 - (int) (share * sorted.length)];
	}

	/**
	 * A figure and its interval; NaN where there are no rows.
	 */
	record Figure(double value, double low, double high) {

		String percent() {
			return Double.isNaN(this.value) ? "-" : String.format(java.util.Locale.ROOT, "%.1f%% [%.1f-%.1f]",
					100 * this.value, 100 * this.low, 100 * this.high);
		}

		String plain() {
			return Double.isNaN(this.value) ? "-"
					: String.format(java.util.Locale.ROOT, "%.3f [%.3f-%.3f]", this.value, this.low, this.high);
		}

	}

}
