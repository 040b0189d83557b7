package io.github.llamaspring.core.cli;

import java.util.Arrays;

/**
 * What was measured again and again. Grows; used by one thread.
 */
final class BenchSamples {

	private double[] values = {};

	BenchSamples() {
	}

	void add(double... more) {
		int length = this.values.length;
		this.values = Arrays.copyOf(this.values, length + more.length);
		System.arraycopy(more, 0, this.values, length, more.length);
	}

	boolean isEmpty() {
		return this.values.length == 0;
	}

	double[] values() {
		return this.values.clone();
	}

	/**
	 * Half of the samples are below, half above: a neighbour's noise hardly moves it.
	 */
	double median() {
		double[] sorted = this.values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	double mean() {
		return Arrays.stream(this.values).average().orElse(Double.NaN);
	}

	/**
	 * Standard deviation as llama-bench prints it; 0 for a single sample.
	 */
	double deviation() {
		double mean = mean();
		double squares = Arrays.stream(this.values).map((value) -> (value - mean) * (value - mean)).sum();
		return (this.values.length > 1) ? Math.sqrt(squares / (this.values.length - 1)) : 0;
	}

}
