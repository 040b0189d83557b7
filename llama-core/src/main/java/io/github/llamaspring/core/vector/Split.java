package io.github.llamaspring.core.vector;

/**
 * How tokens are shared out among kernels that take several at once: as many as possible
 * go to the largest kernel, what is left to smaller ones.
 *
 * @param sizes tokens that kernels take, descending to 1
 */
record Split(int... sizes) {

	/**
	 * How many tokens are computed together with token {@code token} of {@code count}.
	 */
	int size(int token, int count) {
		int start = 0;
		for (int size : this.sizes) {
			start += (count - start) / size * size;
			if (token < start) {
				return size;
			}
		}
		throw new IllegalArgumentException("token " + token + " of " + count);
	}

	/**
	 * The first token of those computed together with {@code token}.
	 */
	int start(int token, int count) {
		int start = 0;
		for (int size : this.sizes) {
			int end = start + (count - start) / size * size;
			if (token < end) {
				return start + (token - start) / size * size;
			}
			start = end;
		}
		throw new IllegalArgumentException("token " + token + " of " + count);
	}

}
