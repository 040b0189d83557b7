package io.github.llamaspring.core.vector;

/**
 * One block of a row on its way from the file's order to the packed one: fields follow
 * each other from the lowest bit up. Mutable scratch.
 */
final class Fields {

	/** 16 fields of 4 bits, or 32 of 2. */
	long low0;

	/** The other 16 fields of 4 bits. */
	long low1;

	/** 32 fields of 1 or 2 bits. */
	long high;

	/** Bytes, 8 in each. */
	final long[] bytes = new long[4];

	/** A half float. */
	short scale;

	/** A half float. */
	short minimum;

	/** A whole scale: of all 32, or of the first 16. */
	int small0;

	/** A whole minimum of all 32, or scale of the other 16. */
	int small1;

	/** Four weights of 8 bits. */
	int eight(int quad) {
		return (int) (this.bytes[quad >> 1] >>> 32 * (quad & 1));
	}

}
