package io.github.llamaspring.core.vector;

import io.github.llamaspring.core.kernel.Gelu;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Loops over activations: heap arrays only.
 */
final class VectorMath {

	private static final int L = Lanes.L;

	private static final float LOG2_E = 1.44269504f;

	/** ln 2 in two parts: the first has few bits, so that its multiples are exact. */
	private static final float LN2_HIGH = 0.693359375f;

	private static final float LN2_LOW = -2.12194440e-4f;

	/** Beyond, 1 + exp(-x) is 1. */
	private static final float HIGHEST = 87.33654f;

	/** Below, exp(-x) is as large as floats are. */
	private static final float LOWEST = -88.37626f;

	/** Adding it leaves the nearest whole number in the low bits. */
	private static final float ROUNDER = 0x1.8p23f;

	private VectorMath() {
	}

	static float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
		FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
		FloatVector s1 = s0;
		FloatVector s2 = s0;
		FloatVector s3 = s0;
		int i = 0;
		for (int end = n - 4 * L; i <= end; i += 4 * L) {
			s0 = FloatVector.fromArray(Lanes.FLOATS, a, aOffset + i)
				.fma(FloatVector.fromArray(Lanes.FLOATS, b, bOffset + i), s0);
			s1 = FloatVector.fromArray(Lanes.FLOATS, a, aOffset + i + L)
				.fma(FloatVector.fromArray(Lanes.FLOATS, b, bOffset + i + L), s1);
			s2 = FloatVector.fromArray(Lanes.FLOATS, a, aOffset + i + 2 * L)
				.fma(FloatVector.fromArray(Lanes.FLOATS, b, bOffset + i + 2 * L), s2);
			s3 = FloatVector.fromArray(Lanes.FLOATS, a, aOffset + i + 3 * L)
				.fma(FloatVector.fromArray(Lanes.FLOATS, b, bOffset + i + 3 * L), s3);
		}
		for (int end = n - L; i <= end; i += L) {
			s0 = FloatVector.fromArray(Lanes.FLOATS, a, aOffset + i)
				.fma(FloatVector.fromArray(Lanes.FLOATS, b, bOffset + i), s0);
		}
		s0 = s0.add(s1).add(s2.add(s3));
		s0 = s0.add(s0.rearrange(Lanes.BY_8));
		s0 = s0.add(s0.rearrange(Lanes.BY_4));
		s0 = s0.add(s0.rearrange(Lanes.BY_2));
		s0 = s0.add(s0.rearrange(Lanes.BY_1));
		float sum = s0.lane(0) / Lanes.TURNS;
		for (; i < n; i++) {
			sum += a[aOffset + i] * b[bOffset + i];
		}
		return sum;
	}

	static void addScaled(float[] y, int yOffset, float a, float[] x, int xOffset, int n) {
		FloatVector factor = FloatVector.broadcast(Lanes.FLOATS, a);
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			FloatVector.fromArray(Lanes.FLOATS, x, xOffset + i)
				.fma(factor, FloatVector.fromArray(Lanes.FLOATS, y, yOffset + i))
				.intoArray(y, yOffset + i);
		}
		for (; i < n; i++) {
			y[yOffset + i] += a * x[xOffset + i];
		}
	}

	static void scale(float[] x, int offset, float a, int n) {
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			FloatVector.fromArray(Lanes.FLOATS, x, offset + i).mul(a).intoArray(x, offset + i);
		}
		for (; i < n; i++) {
			x[offset + i] *= a;
		}
	}

	static void scaledProduct(float[] x, int xOffset, float[] weight, float a, float[] out, int outOffset, int n) {
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			FloatVector.fromArray(Lanes.FLOATS, x, xOffset + i)
				.mul(a)
				.mul(FloatVector.fromArray(Lanes.FLOATS, weight, i))
				.intoArray(out, outOffset + i);
		}
		for (; i < n; i++) {
			out[outOffset + i] = x[xOffset + i] * a * weight[i];
		}
	}

	/**
	 * x / (1 + e^-x) times up. Of e to the power of -x = k ln 2 + r, 2^k comes from the
	 * exponent bits and e^r from a polynomial (Cephes expf). Flat, for whatever the
	 * compiler does not inline here it turns vectors into objects for, and within a large
	 * caller it inlines only what the JDK's annotations demand.
	 */
	static void siluMultiply(float[] gate, float[] up, int offset, int n) {
		int i = offset;
		for (int end = offset + n - L; i <= end; i += L) {
			FloatVector x = FloatVector.fromArray(Lanes.FLOATS, gate, i).min(HIGHEST).max(LOWEST);
			FloatVector shifted = x.mul(-LOG2_E).add(ROUNDER);
			FloatVector k = shifted.sub(ROUNDER);
			FloatVector r = k.fma(FloatVector.broadcast(Lanes.FLOATS, -LN2_LOW),
					k.fma(FloatVector.broadcast(Lanes.FLOATS, -LN2_HIGH), x.neg()));
			FloatVector p = FloatVector.broadcast(Lanes.FLOATS, 1.9875691500e-4f);
			p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 1.3981999507e-3f));
			p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 8.3334519073e-3f));
			p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 4.1665795894e-2f));
			p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 1.6666665459e-1f));
			p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 5.0000001201e-1f));
			p = p.fma(r.mul(r), r).add(1f);
			IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(0x3F800000);
			FloatVector divisor = p.mul(power.reinterpretAsFloats()).add(1f);
			FloatVector.fromArray(Lanes.FLOATS, gate, i)
				.div(divisor)
				.mul(FloatVector.fromArray(Lanes.FLOATS, up, i))
				.intoArray(gate, i);
		}
		for (; i < offset + n; i++) {
			gate[i] = gate[i] / (1 + (float) Math.exp(-gate[i])) * up[i];
		}
	}

	/** {@code x[i] += summand[i]}, and the sum of these. */
	static float addSum(float[] x, int offset, float[] summand, int n) {
		FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
		FloatVector s1 = s0;
		int i = 0;
		for (int end = n - 2 * L; i <= end; i += 2 * L) {
			FloatVector v0 = FloatVector.fromArray(Lanes.FLOATS, x, offset + i)
				.add(FloatVector.fromArray(Lanes.FLOATS, summand, i));
			FloatVector v1 = FloatVector.fromArray(Lanes.FLOATS, x, offset + i + L)
				.add(FloatVector.fromArray(Lanes.FLOATS, summand, i + L));
			v0.intoArray(x, offset + i);
			v1.intoArray(x, offset + i + L);
			s0 = s0.add(v0);
			s1 = s1.add(v1);
		}
		s0 = s0.add(s1);
		s0 = s0.add(s0.rearrange(Lanes.BY_8));
		s0 = s0.add(s0.rearrange(Lanes.BY_4));
		s0 = s0.add(s0.rearrange(Lanes.BY_2));
		s0 = s0.add(s0.rearrange(Lanes.BY_1));
		float sum = s0.lane(0) / Lanes.TURNS;
		for (; i < n; i++) {
			x[offset + i] += summand[i];
			sum += x[offset + i];
		}
		return sum;
	}

	/** The sum of {@code (x[i] - mean)^2}. */
	static float squaredDeviations(float[] x, int offset, float mean, int n) {
		FloatVector m = FloatVector.broadcast(Lanes.FLOATS, mean);
		FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
		FloatVector s1 = s0;
		int i = 0;
		for (int end = n - 2 * L; i <= end; i += 2 * L) {
			FloatVector d0 = FloatVector.fromArray(Lanes.FLOATS, x, offset + i).sub(m);
			FloatVector d1 = FloatVector.fromArray(Lanes.FLOATS, x, offset + i + L).sub(m);
			s0 = d0.fma(d0, s0);
			s1 = d1.fma(d1, s1);
		}
		s0 = s0.add(s1);
		s0 = s0.add(s0.rearrange(Lanes.BY_8));
		s0 = s0.add(s0.rearrange(Lanes.BY_4));
		s0 = s0.add(s0.rearrange(Lanes.BY_2));
		s0 = s0.add(s0.rearrange(Lanes.BY_1));
		float sum = s0.lane(0) / Lanes.TURNS;
		for (; i < n; i++) {
			sum += (x[offset + i] - mean) * (x[offset + i] - mean);
		}
		return sum;
	}

	/** {@code x[i] = (x[i] - mean) * factor * weight[i] + bias[i]}. */
	static void scaledDeviations(float[] x, int offset, float mean, float factor, float[] weight, float[] bias, int n) {
		FloatVector m = FloatVector.broadcast(Lanes.FLOATS, mean);
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			FloatVector.fromArray(Lanes.FLOATS, x, offset + i)
				.sub(m)
				.mul(factor)
				.fma(FloatVector.fromArray(Lanes.FLOATS, weight, i), FloatVector.fromArray(Lanes.FLOATS, bias, i))
				.intoArray(x, offset + i);
		}
		for (; i < n; i++) {
			x[offset + i] = (x[offset + i] - mean) * factor * weight[i] + bias[i];
		}
	}

	/** As {@link Gelu} has it. */
	static void gelu(float[] x, int offset, float[] bias, int n) {
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, offset + i)
				.add(FloatVector.fromArray(Lanes.FLOATS, bias, i));
			FloatVector z = v.mul(Gelu.SQRT_HALF).min(Gelu.MOST).max(-Gelu.MOST);
			FloatVector q = z.mul(z);
			FloatVector above = FloatVector.broadcast(Lanes.FLOATS, Gelu.A6)
				.fma(q, FloatVector.broadcast(Lanes.FLOATS, Gelu.A5));
			above = above.fma(q, FloatVector.broadcast(Lanes.FLOATS, Gelu.A4));
			above = above.fma(q, FloatVector.broadcast(Lanes.FLOATS, Gelu.A3));
			above = above.fma(q, FloatVector.broadcast(Lanes.FLOATS, Gelu.A2));
			above = above.fma(q, FloatVector.broadcast(Lanes.FLOATS, Gelu.A1));
			above = above.fma(q, FloatVector.broadcast(Lanes.FLOATS, Gelu.A0));
			FloatVector below = FloatVector.broadcast(Lanes.FLOATS, Gelu.B4)
				.fma(q, FloatVector.broadcast(Lanes.FLOATS, Gelu.B3));
			below = below.fma(q, FloatVector.broadcast(Lanes.FLOATS, Gelu.B2));
			below = below.fma(q, FloatVector.broadcast(Lanes.FLOATS, Gelu.B1));
			below = below.fma(q, FloatVector.broadcast(Lanes.FLOATS, Gelu.B0));
			FloatVector half = v.mul(0.5f);
			z.mul(above).div(below).fma(half, half).intoArray(x, offset + i);
		}
		for (; i < n; i++) {
			x[offset + i] = Gelu.of(x[offset + i] + bias[i]);
		}
	}

}
