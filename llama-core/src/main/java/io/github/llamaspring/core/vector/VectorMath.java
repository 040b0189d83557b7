package io.github.llamaspring.core.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
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

	/** Below, exp is less than the smallest normal float. */
	private static final float EXP_LOWEST = -87.33654f;

	private static final float EXP_HIGHEST = 88.37626f;

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
			s0 = Lanes.load(a, aOffset + i).fma(Lanes.load(b, bOffset + i), s0);
			s1 = Lanes.load(a, aOffset + i + L).fma(Lanes.load(b, bOffset + i + L), s1);
			s2 = Lanes.load(a, aOffset + i + 2 * L).fma(Lanes.load(b, bOffset + i + 2 * L), s2);
			s3 = Lanes.load(a, aOffset + i + 3 * L).fma(Lanes.load(b, bOffset + i + 3 * L), s3);
		}
		for (int end = n - L; i <= end; i += L) {
			s0 = Lanes.load(a, aOffset + i).fma(Lanes.load(b, bOffset + i), s0);
		}
		float sum = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
		for (; i < n; i++) {
			sum += a[aOffset + i] * b[bOffset + i];
		}
		return sum;
	}

	static void addScaled(float[] y, int yOffset, float a, float[] x, int xOffset, int n) {
		FloatVector factor = FloatVector.broadcast(Lanes.FLOATS, a);
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			Lanes.load(x, xOffset + i).fma(factor, Lanes.load(y, yOffset + i)).intoArray(y, yOffset + i);
		}
		for (; i < n; i++) {
			y[yOffset + i] += a * x[xOffset + i];
		}
	}

	static void scale(float[] x, int offset, float a, int n) {
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			Lanes.load(x, offset + i).mul(a).intoArray(x, offset + i);
		}
		for (; i < n; i++) {
			x[offset + i] *= a;
		}
	}

	static void scaledProduct(float[] x, int xOffset, float[] weight, float a, float[] out, int outOffset, int n) {
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			Lanes.load(x, xOffset + i).mul(a).mul(Lanes.load(weight, i)).intoArray(out, outOffset + i);
		}
		for (; i < n; i++) {
			out[outOffset + i] = x[xOffset + i] * a * weight[i];
		}
	}

	static void siluMultiply(float[] gate, float[] up, int offset, int n) {
		int i = offset;
		for (int end = offset + n - L; i <= end; i += L) {
			FloatVector g = Lanes.load(gate, i);
			g.div(exp(g.neg()).add(1f)).mul(Lanes.load(up, i)).intoArray(gate, i);
		}
		if (i < offset + n) {
			VectorMask<Float> rest = Lanes.FLOATS.indexInRange(i, offset + n);
			FloatVector g = FloatVector.fromArray(Lanes.FLOATS, gate, i, rest);
			FloatVector u = FloatVector.fromArray(Lanes.FLOATS, up, i, rest);
			g.div(exp(g.neg()).add(1f)).mul(u).intoArray(gate, i, rest);
		}
	}

	/**
	 * e to the power of each lane: x = k ln 2 + r, 2^k from the exponent bits, e^r from a
	 * polynomial (Cephes expf). Results below the normal range are 0, above it about the
	 * largest float.
	 */
	static FloatVector exp(FloatVector x) {
		FloatVector bounded = x.min(EXP_HIGHEST).max(EXP_LOWEST);
		FloatVector shifted = bounded.mul(LOG2_E).add(ROUNDER);
		FloatVector k = shifted.sub(ROUNDER);
		FloatVector r = k.fma(FloatVector.broadcast(Lanes.FLOATS, -LN2_LOW),
				k.fma(FloatVector.broadcast(Lanes.FLOATS, -LN2_HIGH), bounded));
		IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(0x3F800000);
		FloatVector e = polynomial(r).mul(power.reinterpretAsFloats());
		return e.blend(0f, x.compare(VectorOperators.LT, EXP_LOWEST));
	}

	private static FloatVector polynomial(FloatVector r) {
		FloatVector p = FloatVector.broadcast(Lanes.FLOATS, 1.9875691500e-4f);
		p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 1.3981999507e-3f));
		p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 8.3334519073e-3f));
		p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 4.1665795894e-2f));
		p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 1.6666665459e-1f));
		p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 5.0000001201e-1f));
		return p.fma(r.mul(r), r).add(1f);
	}

}
