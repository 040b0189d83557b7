package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Dot products for the usual formats with super-blocks of 256.
 */
final class VectorSuperBlockDots {

	private static final int L = Lanes.L;

	private static final int BLOCK = 256;

	private VectorSuperBlockDots() {
	}

	static float q4k(MemorySegment data, long offset, float[] x, int xOffset, int n) {
		FloatVector sum = FloatVector.zero(Lanes.FLOATS);
		for (int b = 0; b < n; b += BLOCK, offset += 144) {
			long scales = ScalarSuperBlocks.packedScales(data, offset + 4);
			long minima = ScalarSuperBlocks.packedMins(data, offset + 4);
			FloatVector s = FloatVector.zero(Lanes.FLOATS);
			FloatVector m = s;
			for (int pair = 0; pair < 4; pair++, scales >>>= 16, minima >>>= 16) {
				long from = offset + 16 + 32 * pair;
				int at = xOffset + b + 64 * pair;
				s = q4kLow(data, from, x, at).fma(small(scales), s);
				s = q4kHigh(data, from, x, at + 32).fma(small(scales >>> 8), s);
				m = plain(x, at).fma(small(minima), m);
				m = plain(x, at + 32).fma(small(minima >>> 8), m);
			}
			sum = s.fma(half(data, offset), sum);
			sum = m.neg().fma(half(data, offset + 2), sum);
		}
		return sum.reduceLanes(VectorOperators.ADD);
	}

	private static FloatVector half(MemorySegment data, long offset) {
		return FloatVector.broadcast(Lanes.FLOATS, Bits.f16(data, offset));
	}

	/** The lowest byte. */
	private static FloatVector small(long bytes) {
		return FloatVector.broadcast(Lanes.FLOATS, (float) ((int) bytes & 0xFF));
	}

	private static FloatVector q4kLow(MemorySegment data, long from, float[] x, int at) {
		FloatVector s = FloatVector.zero(Lanes.FLOATS);
		for (int j = 0; j < 32; j += L) {
			s = Lanes.floats(Lanes.unsigned(data, from + j).and(15)).fma(Lanes.load(x, at + j), s);
		}
		return s;
	}

	private static FloatVector q4kHigh(MemorySegment data, long from, float[] x, int at) {
		FloatVector s = FloatVector.zero(Lanes.FLOATS);
		for (int j = 0; j < 32; j += L) {
			IntVector q = Lanes.unsigned(data, from + j).lanewise(VectorOperators.LSHR, 4);
			s = Lanes.floats(q).fma(Lanes.load(x, at + j), s);
		}
		return s;
	}

	private static FloatVector plain(float[] x, int at) {
		FloatVector s = Lanes.load(x, at);
		for (int j = L; j < 32; j += L) {
			s = s.add(Lanes.load(x, at + j));
		}
		return s;
	}

	static float q6k(MemorySegment data, long offset, float[] x, int xOffset, int n) {
		FloatVector sum = FloatVector.zero(Lanes.FLOATS);
		for (int b = 0; b < n; b += BLOCK, offset += 210) {
			FloatVector s = FloatVector.zero(Lanes.FLOATS);
			for (int group = 0; group < 16; group++) {
				FloatVector scale = signed(data, offset + 192 + group);
				s = q6kGroup(data, offset, group, x, xOffset + b + 16 * group).fma(scale, s);
			}
			sum = s.fma(half(data, offset + 208), sum);
		}
		return sum.reduceLanes(VectorOperators.ADD);
	}

	/**
	 * The 16 elements under one scale. The loop stays small enough for the compiler:
	 * splitting a byte for all its groups at once made it box vectors.
	 */
	private static FloatVector q6kGroup(MemorySegment data, long offset, int group, float[] x, int at) {
		long low = offset + ScalarSuperBlocks.q6kLow(group);
		long high = offset + 128 + ScalarSuperBlocks.q6kHigh(group);
		FloatVector s = FloatVector.zero(Lanes.FLOATS);
		for (int j = 0; j < 16; j += L) {
			IntVector q = Lanes.unsigned(data, low + j).lanewise(VectorOperators.LSHR, group & 4).and(15);
			IntVector h = Lanes.unsigned(data, high + j).lanewise(VectorOperators.LSHR, group & 6).and(3);
			IntVector value = h.lanewise(VectorOperators.LSHL, 4).or(q).sub(32);
			s = Lanes.floats(value).fma(Lanes.load(x, at + j), s);
		}
		return s;
	}

	private static FloatVector signed(MemorySegment data, long offset) {
		return FloatVector.broadcast(Lanes.FLOATS, (float) Bits.i8(data, offset));
	}

}
