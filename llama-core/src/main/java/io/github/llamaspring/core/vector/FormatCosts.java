package io.github.llamaspring.core.vector;

/**
 * What kernels cost on this machine, each in nanoseconds on one thread.
 *
 * @param one a weight times one token
 * @param pair a weight times two tokens at once; infinite if there is no such kernel
 * @param unpack turning a weight into a float
 * @param narrow turning a weight into a bfloat16; infinite if there is no such kernel
 */
record FormatCosts(double one, double pair, double unpack, double narrow) {

	/** Where nothing is measured. */
	static final FormatCosts USUAL = new FormatCosts(0.03, 0.05, 0.1, 0.1);

	/** A float of a tile times a token, where nothing is measured. */
	static final double USUAL_TILE = 0.018;

	/** A bfloat16 times a token by oneDNN, where nothing is measured. */
	static final double USUAL_ACCELERATED = 0.008;

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
