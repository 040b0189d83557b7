package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The formats with blocks of 32. Bits are split in int lanes, where a shift is one
 * instruction (bytes have none).
 */
final class VectorBlocks {

	private static final int L = Lanes.L;

	private static final int BLOCK = 32;

	private static final IntVector LANE = IntVector.zero(Lanes.INTS).addIndex(1);

	private VectorBlocks() {
	}

	static void q8x0(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 34) {
			float d = Bits.f16(data, offset);
			for (int j = 0; j < BLOCK; j += L) {
				Lanes.floats(Lanes.signed(data, offset + 2 + j)).mul(d).intoArray(out, outOffset + b + j);
			}
		}
	}

	static void q4x0(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 18) {
			float d = Bits.f16(data, offset);
			for (int j = 0; j < 16; j += L) {
				IntVector q = Lanes.unsigned(data, offset + 2 + j);
				int o = outOffset + b + j;
				Lanes.floats(q.and(15).sub(8)).mul(d).intoArray(out, o);
				Lanes.floats(q.lanewise(VectorOperators.LSHR, 4).sub(8)).mul(d).intoArray(out, o + 16);
			}
		}
	}

	static void q4x1(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 20) {
			FloatVector d = FloatVector.broadcast(Lanes.FLOATS, Bits.f16(data, offset));
			FloatVector m = FloatVector.broadcast(Lanes.FLOATS, Bits.f16(data, offset + 2));
			for (int j = 0; j < 16; j += L) {
				IntVector q = Lanes.unsigned(data, offset + 4 + j);
				int o = outOffset + b + j;
				Lanes.floats(q.and(15)).fma(d, m).intoArray(out, o);
				Lanes.floats(q.lanewise(VectorOperators.LSHR, 4)).fma(d, m).intoArray(out, o + 16);
			}
		}
	}

	static void q5x0(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 22) {
			float d = Bits.f16(data, offset);
			int high = Bits.i32(data, offset + 2);
			for (int j = 0; j < 16; j += L) {
				IntVector q = Lanes.unsigned(data, offset + 6 + j);
				int o = outOffset + b + j;
				Lanes.floats(q.and(15).or(fifthBits(high >>> j)).sub(16)).mul(d).intoArray(out, o);
				Lanes.floats(q.lanewise(VectorOperators.LSHR, 4).or(fifthBits(high >>> j + 16)).sub(16))
					.mul(d)
					.intoArray(out, o + 16);
			}
		}
	}

	static void q5x1(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 24) {
			FloatVector d = FloatVector.broadcast(Lanes.FLOATS, Bits.f16(data, offset));
			FloatVector m = FloatVector.broadcast(Lanes.FLOATS, Bits.f16(data, offset + 2));
			int high = Bits.i32(data, offset + 4);
			for (int j = 0; j < 16; j += L) {
				IntVector q = Lanes.unsigned(data, offset + 8 + j);
				int o = outOffset + b + j;
				Lanes.floats(q.and(15).or(fifthBits(high >>> j))).fma(d, m).intoArray(out, o);
				Lanes.floats(q.lanewise(VectorOperators.LSHR, 4).or(fifthBits(high >>> j + 16)))
					.fma(d, m)
					.intoArray(out, o + 16);
			}
		}
	}

	/** Lane i gets bit i, as 0 or 16. */
	private static IntVector fifthBits(int bits) {
		return IntVector.broadcast(Lanes.INTS, bits)
			.lanewise(VectorOperators.LSHR, LANE)
			.and(1)
			.lanewise(VectorOperators.LSHL, 4);
	}

}
