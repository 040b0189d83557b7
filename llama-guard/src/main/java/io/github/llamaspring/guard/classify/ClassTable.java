package io.github.llamaspring.guard.classify;

import java.util.List;

/**
 * A small linear model that tells classes apart: by {@link HashedFeatures} (naive Bayes:
 * categories, and the language thresholds go by), or by {@link LanguageGrams}.
 *
 * @param classes their names
 * @param weights {@code classes.size()} a bucket, in equal steps
 */
record ClassTable(List<String> classes, byte[] weights) {

	static final int BUCKETS = 1 << 13;

	/** Adds a word's features to the sums of the classes. */
	void add(HashedFeatures features, long[] sums) {
		int n = sums.length;
		int[] buckets = features.buckets();
		for (int i = 0; i < features.size(); i++) {
			int at = (buckets[i] & (BUCKETS - 1)) * n;
			for (int k = 0; k < n; k++) {
				sums[k] += this.weights[at + k];
			}
		}
	}

	/** Adds the weights of a bucket to the sums of the classes. */
	void add(int bucket, long[] sums) {
		for (int k = 0; k < sums.length; k++) {
			sums[k] += this.weights[bucket * sums.length + k];
		}
	}

	/** The likeliest class; the first of equals. */
	String best(long[] sums) {
		int best = 0;
		for (int k = 1; k < sums.length; k++) {
			if (sums[k] > sums[best]) {
				best = k;
			}
		}
		return this.classes.get(best);
	}

	/**
	 * The likeliest class where it leads clearly, else another answer.
	 * @param features number of features in the sums
	 * @param margin mean lead a feature, in steps of the weights
	 */
	String best(long[] sums, long features, double margin, String unsure) {
		String best = best(sums);
		int index = this.classes.indexOf(best);
		for (int k = 0; k < sums.length; k++) {
			if (k != index && sums[index] - sums[k] < margin * features) {
				return unsure;
			}
		}
		return best;
	}

}
