package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The reference: plain Java, sums in double.
 */
final class ScalarAttention implements AttentionKernels {

	@Override
	public void rotate(float[] x, int xOffset, float[] table, int tableOffset, int dimensions, int n, float factor,
			float[] out, int outOffset) {
		int sines = tableOffset + dimensions;
		int i = 0;
		for (; i < dimensions; i += 2) {
			float even = x[xOffset + i];
			float odd = x[xOffset + i + 1];
			out[outOffset + i] = factor * (even * table[tableOffset + i] + odd * table[sines + i]);
			out[outOffset + i + 1] = factor * (odd * table[tableOffset + i + 1] + even * table[sines + i + 1]);
		}
		for (; i < n; i++) {
			out[outOffset + i] = factor * x[xOffset + i];
		}
	}

	@Override
	public boolean storeAcross(float[] x, int offset, int n, MemorySegment lines, long byteOffset, int lane) {
		return HalfLines.across(x, offset, n, lines, byteOffset, lane);
	}

	@Override
	public boolean storeAlong(float[] x, int offset, int n, MemorySegment lines, long byteOffset, long lineStride) {
		return HalfLines.along(x, offset, n, lines, byteOffset, lineStride);
	}

	@Override
	public void multiply(MemorySegment lines, long byteOffset, int count, float[] c, int cOffset, int cStride, int rows,
			float[] out, int outOffset, int outStride, boolean add) {
		for (int lane = 0; lane < LANES; lane++) {
			long place = byteOffset + HalfLines.place(lane);
			for (int row = 0; row < rows; row++) {
				int at = outOffset + row * outStride + lane;
				double sum = 0;
				for (int i = 0; i < count; i++) {
					sum += (double) c[cOffset + row * cStride + i] * Bits.f16(lines, place + (long) LINE_BYTES * i);
				}
				float product = (float) (sum / LINE_SCALE);
				out[at] = add ? out[at] + product : product;
			}
		}
	}

	@Override
	public float max(float[] x, int offset, int n) {
		float max = Float.NEGATIVE_INFINITY;
		for (int i = 0; i < n; i++) {
			max = Math.max(max, x[offset + i]);
		}
		return max;
	}

	@Override
	public float powerSum(float[] x, int offset, int n, float max, float factor) {
		double sum = 0;
		for (int i = offset; i < offset + n; i++) {
			double power = ((double) x[i] - max) * factor;
			x[i] = (power < LEAST_POWER) ? 0 : (float) (COEFFICIENT_SCALE * Math.pow(2, power));
			sum += x[i];
		}
		return (float) sum;
	}

	@Override
	public void scale(float[] x, int offset, float a, int n) {
		for (int i = 0; i < n; i++) {
			x[offset + i] *= a;
		}
	}

}
