package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;

import io.github.llamaspring.core.kernel.AttentionKernels;
import io.github.llamaspring.core.kernel.Kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Attention on the Vector API; {@code AttentionTwinCheck} compares it with its twin.
 */
final class VectorAttention implements AttentionKernels {

	private static final int L = Lanes.L;

	private static final VectorShuffle<Float> PARTNERS = VectorShuffle.fromOp(Lanes.FLOATS, (i) -> i ^ 1);

	/** Adding it leaves the nearest whole number in the low bits. */
	private static final float ROUNDER = 0x1.8p23f;

	/** A float's bias, and the power in {@link #COEFFICIENT_SCALE}. */
	private static final int EXPONENT = (127 + 56) << 23;

	/** All orders of floats that are no NaN are those of their bits so changed. */
	private static final int MAGNITUDE = 0x7FFFFFFF;

	/** For what is too little, or too scattered, for vectors. */
	private final AttentionKernels scalar = Kernels.scalar().attention();

	@Override
	public void rotate(float[] x, int xOffset, float[] table, int tableOffset, int dimensions, int n, float factor,
			float[] out, int outOffset) {
		if (dimensions % L != 0 || dimensions < n) {
			this.scalar.rotate(x, xOffset, table, tableOffset, dimensions, n, factor, out, outOffset);
			return;
		}
		for (int i = 0; i < n; i += L) {
			FloatVector pairs = FloatVector.fromArray(Lanes.FLOATS, x, xOffset + i);
			pairs.mul(FloatVector.fromArray(Lanes.FLOATS, table, tableOffset + i))
				.add(pairs.rearrange(PARTNERS)
					.mul(FloatVector.fromArray(Lanes.FLOATS, table, tableOffset + dimensions + i)))
				.mul(factor)
				.intoArray(out, outOffset + i);
		}
	}

	@Override
	public boolean storeAcross(float[] x, int offset, int n, MemorySegment lines, long byteOffset, int lane) {
		return this.scalar.storeAcross(x, offset, n, lines, byteOffset, lane);
	}

	@Override
	public boolean storeAlong(float[] x, int offset, int n, MemorySegment lines, long byteOffset, long lineStride) {
		return this.scalar.storeAlong(x, offset, n, lines, byteOffset, lineStride);
	}

	@Override
	public void multiply(MemorySegment lines, long byteOffset, int count, float[] c, int cOffset, int cStride, int rows,
			float[] out, int outOffset, int outStride, boolean add) {
		// A vector of ints is a part of each line: the lanes from j and from 16 + j on.
		for (int j = 0; j < LANES / 2; j += L) {
			long at = byteOffset + 4L * j;
			switch (rows) {
				case 1 -> VectorLines.one(lines, at, count, c, cOffset, out, outOffset + j, add);
				case 2 -> VectorLines.two(lines, at, count, c, cOffset, cStride, out, outOffset + j, outStride, add);
				case 3 -> VectorLines.three(lines, at, count, c, cOffset, cStride, out, outOffset + j, outStride, add);
				default -> VectorLines.four(lines, at, count, c, cOffset, cStride, out, outOffset + j, outStride, add);
			}
		}
	}

	@Override
	public void prefetch(MemorySegment lines, long byteOffset, int count) {
		if (Prefetch.isAvailable()) {
			Prefetch.lines(lines.address() + byteOffset, count);
		}
	}

	@Override
	public float max(float[] x, int offset, int n) {
		IntVector max = IntVector.broadcast(Lanes.INTS, Integer.MIN_VALUE);
		for (int i = offset; i < offset + n; i += L) {
			IntVector bits = FloatVector.fromArray(Lanes.FLOATS, x, i).reinterpretAsInts();
			max = max.max(bits.lanewise(VectorOperators.ASHR, 31).and(MAGNITUDE).lanewise(VectorOperators.XOR, bits));
		}
		int largest = max.reduceLanes(VectorOperators.MAX);
		return Float.intBitsToFloat(largest ^ ((largest >> 31) & MAGNITUDE));
	}

	/**
	 * 2^t = 2^k * 2^r, k the nearest whole number: 2^k from the exponent bits, 2^r from a
	 * polynomial (least relative error 7.5e-8 on [-0.5, 0.5]).
	 */
	@Override
	public float powerSum(float[] x, int offset, int n, float max, float factor) {
		FloatVector sum = FloatVector.zero(Lanes.FLOATS);
		for (int i = offset; i < offset + n; i += L) {
			FloatVector t = FloatVector.fromArray(Lanes.FLOATS, x, i).sub(max).mul(factor);
			VectorMask<Float> nothing = t.compare(VectorOperators.LT, LEAST_POWER);
			FloatVector shifted = t.add(ROUNDER);
			FloatVector r = t.sub(shifted.sub(ROUNDER));
			IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(EXPONENT);
			FloatVector p = FloatVector.broadcast(Lanes.FLOATS, 0.001327647129073739f);
			p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 0.009675541892647743f));
			p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 0.05550713092088699f));
			p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 0.24022120237350464f));
			p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 0.6931469440460205f));
			p = p.fma(r, FloatVector.broadcast(Lanes.FLOATS, 1f));
			p = p.mul(power.reinterpretAsFloats()).blend(0f, nothing);
			p.intoArray(x, i);
			sum = sum.add(p);
		}
		sum = sum.add(sum.rearrange(Lanes.BY_8));
		sum = sum.add(sum.rearrange(Lanes.BY_4));
		sum = sum.add(sum.rearrange(Lanes.BY_2));
		sum = sum.add(sum.rearrange(Lanes.BY_1));
		return sum.lane(0) / Lanes.TURNS;
	}

	@Override
	public void scale(float[] x, int offset, float a, int n) {
		VectorMath.scale(x, offset, a, n);
	}

}
