package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import io.github.llamaspring.core.kernel.Bits;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Weights that are floats of 32 or 16 bits, in rows of any length.
 */
final class VectorPlain {

	private static final int L = Lanes.L;

	private VectorPlain() {
	}

	static void f32(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			FloatVector.fromMemorySegment(Lanes.FLOATS, data, offset + 4L * i, ByteOrder.LITTLE_ENDIAN)
				.intoArray(out, outOffset + i);
		}
		for (; i < n; i++) {
			out[outOffset + i] = Bits.f32(data, offset + 4L * i);
		}
	}

	static void f16(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			Lanes.halfs(Lanes.words(data, offset + 2L * i)).intoArray(out, outOffset + i);
		}
		for (; i < n; i++) {
			out[outOffset + i] = Bits.f16(data, offset + 2L * i);
		}
	}

	static void bf16(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			Lanes.words(data, offset + 2L * i)
				.lanewise(VectorOperators.LSHL, 16)
				.reinterpretAsFloats()
				.intoArray(out, outOffset + i);
		}
		for (; i < n; i++) {
			out[outOffset + i] = Bits.bf16(data, offset + 2L * i);
		}
	}

}
