package io.github.llamaspring.core.transformer;

/**
 * One row of activations for each entry of a batch, within an array.
 *
 * @param data the array
 * @param offset where the first row starts
 * @param stride from one row's start to the next's
 */
record Rows(float[] data, int offset, int stride) {

	int at(int entry) {
		return this.offset + entry * this.stride;
	}

}
