package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * What attention computes with. Keys and values lie in lines of {@value #LANES} half
 * floats ({@value #LINE_BYTES} bytes): lane {@code j < 16} is the low half of the line's
 * {@code j}-th int and lane {@code 16 + j} the high half, so that one vector of ints
 * yields two vectors of floats without a shuffle, whatever the vector width. Keys have a
 * line for each dimension, its lanes being positions; values have a line for each
 * position, its lanes being dimensions. Scores and weighted values are then the same
 * product, and neither needs a sum across lanes. Implementations are stateless and
 * thread-safe.
 * <p>
 * Halfs in lines are normal numbers or zero: what is smaller becomes zero, what is larger
 * the largest finite half, and there is no infinity or NaN (the methods that store report
 * those to the caller, who must not let them pass for numbers). So a half's bits, moved
 * to the places of a float's, are a float too small by {@link #LINE_SCALE}.
 */
public interface AttentionKernels {

	/** Half floats of a line. */
	int LANES = 32;

	/** Bytes of a line. */
	int LINE_BYTES = 2 * LANES;

	/** How much smaller a line's numbers are in {@link #multiply} than in the world. */
	float LINE_SCALE = 0x1p112f;

	/**
	 * Half of the scale, as a power, goes into the coefficients, so that neither they nor
	 * the products leave the range of normal floats.
	 */
	float COEFFICIENT_SCALE = 0x1p56f;

	/** Most rows of coefficients that {@link #multiply} takes. */
	int MOST_ROWS = 4;

	/** Below this power of two, a probability is zero. */
	int LEAST_POWER = -50;

	/**
	 * Rotates adjacent pairs of the first {@code dimensions} of {@code n} elements,
	 * copies the others, and multiplies all:
	 * {@code out[i] = factor * (x[i] * table[i] + x[i ^ 1] * table[dimensions + i])}. The
	 * table holds cosines and, with the sign they need, sines.
	 */
	void rotate(float[] x, int xOffset, float[] table, int tableOffset, int dimensions, int n, float factor,
			float[] out, int outOffset);

	/**
	 * Stores {@code n} elements in a lane of {@code n} lines: a key.
	 * @return whether all were finite; others are stored as zero
	 */
	boolean storeAcross(float[] x, int offset, int n, MemorySegment lines, long byteOffset, int lane);

	/**
	 * Stores {@code n} elements in the lanes of lines that lie {@code lineStride} bytes
	 * apart: a value. Lanes of the last line beyond {@code n} are left alone.
	 * @return whether all were finite; others are stored as zero
	 */
	boolean storeAlong(float[] x, int offset, int n, MemorySegment lines, long byteOffset, long lineStride);

	/**
	 * For each row {@code r} of coefficients and each lane {@code j} of consecutive
	 * lines:
	 * {@code out[outOffset + r * outStride + j] = (add ? itself : 0) + sum over i of
	 * c[cOffset + r * cStride + i] * line[i][j] / LINE_SCALE}.
	 * @param count how many lines
	 * @param rows from 1 to {@link #MOST_ROWS}
	 */
	void multiply(MemorySegment lines, long byteOffset, int count, float[] c, int cOffset, int cStride, int rows,
			float[] out, int outOffset, int outStride, boolean add);

	/**
	 * Says that some lines will be read soon.
	 */
	default void prefetch(MemorySegment lines, long byteOffset, int count) {
	}

	/**
	 * The largest of {@code n} elements, a multiple of {@link #LANES}. If one of them is
	 * NaN, the result is NaN or that of the others.
	 */
	float max(float[] x, int offset, int n);

	/**
	 * {@code x[i] = COEFFICIENT_SCALE * 2^((x[i] - max) * factor)}, and 0 where the power
	 * is below 2^{@value #LEAST_POWER}, for {@code n} elements, a multiple of
	 * {@link #LANES}. Relative error below 1e-6 for powers of the order of 1.
	 * @param max finite, not below any element
	 * @return the sum
	 */
	float powerSum(float[] x, int offset, int n, float max, float factor);

	/**
	 * {@code x[i] *= a}.
	 */
	void scale(float[] x, int offset, float a, int n);

}
