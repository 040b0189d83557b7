package io.github.llamaspring.core.vector;

/**
 * What kernels cost on this machine, each in nanoseconds on one thread.
 *
 * @param one a weight times one token
 * @param pair a weight times two tokens at once; infinite if there is no such kernel
 * @param unpack turning a weight into a float
 */
record FormatCosts(double one, double pair, double unpack) {

	/** A weight times several tokens, staying packed. */
	double packed(int tokens) {
		double pairs = Math.min(this.pair, 2 * this.one);
		return tokens / 2 * pairs + tokens % 2 * this.one;
	}

	/** Whether two tokens are better computed together. */
	boolean pairs() {
		return this.pair < 2 * this.one;
	}

}
