package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Dot products for the usual formats with blocks of 32: a block's products are summed
 * before its scale is applied once.
 */
final class VectorBlockDots {

	private static final int L = Lanes.L;

	private static final int BLOCK = 32;

	private VectorBlockDots() {
	}

	static float q8x0(MemorySegment data, long offset, float[] x, int xOffset, int n) {
		FloatVector sum = FloatVector.zero(Lanes.FLOATS);
		for (int b = 0; b < n; b += BLOCK, offset += 34) {
			FloatVector s = FloatVector.zero(Lanes.FLOATS);
			for (int j = 0; j < BLOCK; j += L) {
				s = Lanes.floats(Lanes.signed(data, offset + 2 + j)).fma(Lanes.load(x, xOffset + b + j), s);
			}
			sum = s.fma(half(data, offset), sum);
		}
		return sum.reduceLanes(VectorOperators.ADD);
	}

	private static FloatVector half(MemorySegment data, long offset) {
		return FloatVector.broadcast(Lanes.FLOATS, Bits.f16(data, offset));
	}

	static float q4x0(MemorySegment data, long offset, float[] x, int xOffset, int n) {
		FloatVector sum = FloatVector.zero(Lanes.FLOATS);
		for (int b = 0; b < n; b += BLOCK, offset += 18) {
			FloatVector s = FloatVector.zero(Lanes.FLOATS);
			for (int j = 0; j < 16; j += L) {
				IntVector q = Lanes.unsigned(data, offset + 2 + j);
				int at = xOffset + b + j;
				s = Lanes.floats(q.and(15).sub(8)).fma(Lanes.load(x, at), s);
				s = Lanes.floats(q.lanewise(VectorOperators.LSHR, 4).sub(8)).fma(Lanes.load(x, at + 16), s);
			}
			sum = s.fma(half(data, offset), sum);
		}
		return sum.reduceLanes(VectorOperators.ADD);
	}

	static float q4x1(MemorySegment data, long offset, float[] x, int xOffset, int n) {
		FloatVector sum = FloatVector.zero(Lanes.FLOATS);
		FloatVector minima = sum;
		for (int b = 0; b < n; b += BLOCK, offset += 20) {
			FloatVector s = FloatVector.zero(Lanes.FLOATS);
			FloatVector plain = s;
			for (int j = 0; j < 16; j += L) {
				IntVector q = Lanes.unsigned(data, offset + 4 + j);
				FloatVector low = Lanes.load(x, xOffset + b + j);
				FloatVector high = Lanes.load(x, xOffset + b + j + 16);
				s = Lanes.floats(q.and(15)).fma(low, s);
				s = Lanes.floats(q.lanewise(VectorOperators.LSHR, 4)).fma(high, s);
				plain = plain.add(low.add(high));
			}
			sum = s.fma(half(data, offset), sum);
			minima = plain.fma(half(data, offset + 2), minima);
		}
		return sum.add(minima).reduceLanes(VectorOperators.ADD);
	}

}
