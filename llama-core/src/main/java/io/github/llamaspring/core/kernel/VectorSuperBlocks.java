package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The formats with super-blocks of 256 (K-quants). Each byte is loaded once and split for
 * all groups that share it.
 */
final class VectorSuperBlocks {

	private static final int L = Lanes.L;

	private static final int BLOCK = 256;

	private VectorSuperBlocks() {
	}

	static void q2k(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 84) {
			float d = Bits.f16(data, offset + 80);
			float min = Bits.f16(data, offset + 82);
			for (int group = 0; group < 16; group++) {
				int sc = Bits.u8(data, offset + group);
				q2kGroup(data, offset + 16, group, d * (sc & 15), min * -(sc >> 4), out, outOffset + b + 16 * group);
			}
		}
	}

	private static void q2kGroup(MemorySegment data, long qs, int group, float scale, float bias, float[] out,
			int outOffset) {
		long from = qs + ScalarSuperBlocks.twoBitOffset(group);
		int shift = ScalarSuperBlocks.twoBitShift(group);
		FloatVector scales = FloatVector.broadcast(Lanes.FLOATS, scale);
		FloatVector biases = FloatVector.broadcast(Lanes.FLOATS, bias);
		for (int j = 0; j < 16; j += L) {
			IntVector q = Lanes.unsigned(data, from + j).lanewise(VectorOperators.LSHR, shift).and(3);
			Lanes.floats(q).fma(scales, biases).intoArray(out, outOffset + j);
		}
	}

	static void q3k(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 110) {
			float d = Bits.f16(data, offset + 108);
			for (int group = 0; group < 16; group++) {
				float scale = d * ScalarSuperBlocks.q3kScale(data, offset + 96, group);
				q3kGroup(data, offset, group, scale, out, outOffset + b + 16 * group);
			}
		}
	}

	private static void q3kGroup(MemorySegment data, long offset, int group, float scale, float[] out, int outOffset) {
		long from = offset + 32 + ScalarSuperBlocks.twoBitOffset(group);
		long high = offset + 16 * (group & 1);
		int shift = ScalarSuperBlocks.twoBitShift(group);
		for (int j = 0; j < 16; j += L) {
			IntVector q = Lanes.unsigned(data, from + j).lanewise(VectorOperators.LSHR, shift).and(3);
			IntVector h = Lanes.unsigned(data, high + j).lanewise(VectorOperators.LSHR, group >> 1).and(1);
			IntVector value = q.or(h.lanewise(VectorOperators.LSHL, 2)).sub(4);
			Lanes.floats(value).mul(scale).intoArray(out, outOffset + j);
		}
	}

	static void q4k(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 144) {
			float d = Bits.f16(data, offset);
			float min = -Bits.f16(data, offset + 2);
			for (int group = 0; group < 8; group += 2) {
				float low = d * ScalarSuperBlocks.packedScale(data, offset + 4, group);
				float lowMin = min * ScalarSuperBlocks.packedMin(data, offset + 4, group);
				float high = d * ScalarSuperBlocks.packedScale(data, offset + 4, group + 1);
				float highMin = min * ScalarSuperBlocks.packedMin(data, offset + 4, group + 1);
				q4kPair(data, offset + 16 + 16 * group, low, lowMin, high, highMin, out, outOffset + b + 32 * group);
			}
		}
	}

	private static void q4kPair(MemorySegment data, long from, float low, float lowMin, float high, float highMin,
			float[] out, int outOffset) {
		FloatVector lows = FloatVector.broadcast(Lanes.FLOATS, low);
		FloatVector lowMins = FloatVector.broadcast(Lanes.FLOATS, lowMin);
		FloatVector highs = FloatVector.broadcast(Lanes.FLOATS, high);
		FloatVector highMins = FloatVector.broadcast(Lanes.FLOATS, highMin);
		for (int j = 0; j < 32; j += L) {
			IntVector q = Lanes.unsigned(data, from + j);
			Lanes.floats(q.and(15)).fma(lows, lowMins).intoArray(out, outOffset + j);
			Lanes.floats(q.lanewise(VectorOperators.LSHR, 4)).fma(highs, highMins).intoArray(out, outOffset + 32 + j);
		}
	}

	static void q5k(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 176) {
			float d = Bits.f16(data, offset);
			float min = -Bits.f16(data, offset + 2);
			for (int group = 0; group < 8; group++) {
				float scale = d * ScalarSuperBlocks.packedScale(data, offset + 4, group);
				float bias = min * ScalarSuperBlocks.packedMin(data, offset + 4, group);
				q5kGroup(data, offset, group, scale, bias, out, outOffset + b + 32 * group);
			}
		}
	}

	private static void q5kGroup(MemorySegment data, long offset, int group, float scale, float bias, float[] out,
			int outOffset) {
		long from = offset + 48 + 32 * (group >> 1);
		int shift = (group & 1) << 2;
		FloatVector scales = FloatVector.broadcast(Lanes.FLOATS, scale);
		FloatVector biases = FloatVector.broadcast(Lanes.FLOATS, bias);
		for (int j = 0; j < 32; j += L) {
			IntVector q = Lanes.unsigned(data, from + j).lanewise(VectorOperators.LSHR, shift).and(15);
			IntVector h = Lanes.unsigned(data, offset + 16 + j).lanewise(VectorOperators.LSHR, group).and(1);
			IntVector value = q.or(h.lanewise(VectorOperators.LSHL, 4));
			Lanes.floats(value).fma(scales, biases).intoArray(out, outOffset + j);
		}
	}

	static void q6k(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 210) {
			float d = Bits.f16(data, offset + 208);
			for (int group = 0; group < 16; group++) {
				float scale = d * Bits.i8(data, offset + 192 + group);
				q6kGroup(data, offset, group, scale, out, outOffset + b + 16 * group);
			}
		}
	}

	private static void q6kGroup(MemorySegment data, long offset, int group, float scale, float[] out, int outOffset) {
		long low = offset + ScalarSuperBlocks.q6kLow(group);
		long high = offset + 128 + ScalarSuperBlocks.q6kHigh(group);
		int lowShift = group & 4;
		int highShift = group & 6;
		for (int j = 0; j < 16; j += L) {
			IntVector q = Lanes.unsigned(data, low + j).lanewise(VectorOperators.LSHR, lowShift).and(15);
			IntVector h = Lanes.unsigned(data, high + j).lanewise(VectorOperators.LSHR, highShift).and(3);
			IntVector value = q.or(h.lanewise(VectorOperators.LSHL, 4)).sub(32);
			Lanes.floats(value).mul(scale).intoArray(out, outOffset + j);
		}
	}

}
