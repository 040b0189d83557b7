package io.github.llamaspring.guard.classify;

import java.util.Arrays;

import io.github.llamaspring.guard.text.TokenView;

/**
 * The features of a run of words: distinct buckets and their counts times
 * {@link HashedFeatures#norm}.
 */
record SparseRow(int[] buckets, float[] values) {

	static SparseRow of(TokenView view, int first, int end) {
		HashedFeatures features = new HashedFeatures();
		int[] all = new int[256];
		int n = 0;
		for (int i = 0; i < end; i++) {
			if (i < first - 1) {
				continue;
			}
			features.take(view, i);
			if (i < first) {
				// Only for the pair with the word before.
				continue;
			}
			if (n + features.size() > all.length) {
				all = Arrays.copyOf(all, 2 * (n + features.size()));
			}
			System.arraycopy(features.buckets(), 0, all, n, features.size());
			n += features.size();
		}
		return of(all, n);
	}

	private static SparseRow of(int[] all, int n) {
		Arrays.sort(all, 0, n);
		int[] buckets = new int[n];
		float[] values = new float[n];
		int size = 0;
		for (int i = 0; i < n; i++) {
			if (size == 0 || buckets[size - 1] != all[i]) {
				buckets[size++] = all[i];
			}
			values[size - 1]++;
		}
		if (n == 0) {
			return new SparseRow(new int[0], new float[0]);
		}
		float norm = (float) HashedFeatures.norm(n);
		for (int i = 0; i < size; i++) {
			values[i] *= norm;
		}
		return new SparseRow(Arrays.copyOf(buckets, size), Arrays.copyOf(values, size));
	}

}
