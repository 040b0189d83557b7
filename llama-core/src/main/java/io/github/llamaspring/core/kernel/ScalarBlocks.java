package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Plain floats and the formats with blocks of 32, in plain Java. Source of the layouts:
 * ggml-common.h and ggml-quants.c of llama.cpp.
 */
final class ScalarBlocks {

	/** What the 4-bit indices of IQ4_NL and IQ4_XS stand for. */
	static final byte[] IQ4_VALUES = { -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113 };

	private static final int BLOCK = 32;

	private ScalarBlocks() {
	}

	static void f32(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int i = 0; i < n; i++) {
			out[outOffset + i] = Bits.f32(data, offset + 4L * i);
		}
	}

	static void f16(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int i = 0; i < n; i++) {
			out[outOffset + i] = Bits.f16(data, offset + 2L * i);
		}
	}

	static void bf16(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int i = 0; i < n; i++) {
			out[outOffset + i] = Bits.bf16(data, offset + 2L * i);
		}
	}

	static void q8x0(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 34) {
			float d = Bits.f16(data, offset);
			for (int i = 0; i < BLOCK; i++) {
				out[outOffset + b + i] = Bits.i8(data, offset + 2 + i) * d;
			}
		}
	}

	static void q4x0(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 18) {
			float d = Bits.f16(data, offset);
			int o = outOffset + b;
			for (int i = 0; i < 16; i++) {
				int q = Bits.u8(data, offset + 2 + i);
				out[o + i] = ((q & 15) - 8) * d;
				out[o + 16 + i] = ((q >> 4) - 8) * d;
			}
		}
	}

	static void q4x1(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 20) {
			float d = Bits.f16(data, offset);
			float m = Bits.f16(data, offset + 2);
			int o = outOffset + b;
			for (int i = 0; i < 16; i++) {
				int q = Bits.u8(data, offset + 4 + i);
				out[o + i] = (q & 15) * d + m;
				out[o + 16 + i] = (q >> 4) * d + m;
			}
		}
	}

	static void q5x0(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 22) {
			float d = Bits.f16(data, offset);
			int high = Bits.i32(data, offset + 2);
			int o = outOffset + b;
			for (int i = 0; i < 16; i++) {
				int q = Bits.u8(data, offset + 6 + i);
				out[o + i] = ((q & 15 | (high >>> i & 1) << 4) - 16) * d;
				out[o + 16 + i] = ((q >> 4 | (high >>> i + 16 & 1) << 4) - 16) * d;
			}
		}
	}

	static void q5x1(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 24) {
			float d = Bits.f16(data, offset);
			float m = Bits.f16(data, offset + 2);
			int high = Bits.i32(data, offset + 4);
			int o = outOffset + b;
			for (int i = 0; i < 16; i++) {
				int q = Bits.u8(data, offset + 8 + i);
				out[o + i] = (q & 15 | (high >>> i & 1) << 4) * d + m;
				out[o + 16 + i] = (q >> 4 | (high >>> i + 16 & 1) << 4) * d + m;
			}
		}
	}

	static void iq4nl(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 18) {
			iq4(data, offset + 2, Bits.f16(data, offset), out, outOffset + b);
		}
	}

	/** 32 elements of IQ4_NL or IQ4_XS. */
	static void iq4(MemorySegment data, long offset, float d, float[] out, int outOffset) {
		for (int i = 0; i < 16; i++) {
			int q = Bits.u8(data, offset + i);
			out[outOffset + i] = d * IQ4_VALUES[q & 15];
			out[outOffset + 16 + i] = d * IQ4_VALUES[q >> 4];
		}
	}

}
