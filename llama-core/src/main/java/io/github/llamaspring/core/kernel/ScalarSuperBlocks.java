package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The formats with super-blocks of 256, in plain Java. Source of the layouts:
 * ggml-common.h and ggml-quants.c of llama.cpp.
 */
final class ScalarSuperBlocks {

	private static final int BLOCK = 256;

	private ScalarSuperBlocks() {
	}

	static void q2k(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 84) {
			float d = Bits.f16(data, offset + 80);
			float min = Bits.f16(data, offset + 82);
			for (int group = 0; group < 16; group++) {
				int sc = Bits.u8(data, offset + group);
				float scale = d * (sc & 15);
				float bias = min * (sc >> 4);
				long qs = offset + 16 + twoBitOffset(group);
				int shift = twoBitShift(group);
				for (int i = 0; i < 16; i++) {
					out[outOffset + b + 16 * group + i] = scale * (Bits.u8(data, qs + i) >> shift & 3) - bias;
				}
			}
		}
	}

	/** Where the 16 bytes lie that hold group {@code group} of Q2_K and Q3_K. */
	static int twoBitOffset(int group) {
		return 32 * (group >> 3) + 16 * (group & 1);
	}

	static int twoBitShift(int group) {
		return group & 6;
	}

	static void q3k(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 110) {
			float d = Bits.f16(data, offset + 108);
			for (int group = 0; group < 16; group++) {
				float scale = d * q3kScale(data, offset + 96, group);
				long qs = offset + 32 + twoBitOffset(group);
				long high = offset + 16 * (group & 1);
				int shift = twoBitShift(group);
				for (int i = 0; i < 16; i++) {
					int q = Bits.u8(data, qs + i) >> shift & 3;
					int h = Bits.u8(data, high + i) >> (group >> 1) & 1;
					out[outOffset + b + 16 * group + i] = scale * (q + 4 * h - 4);
				}
			}
		}
	}

	/** One of 16 six-bit scales in 12 bytes: low four bits, then the high two. */
	static int q3kScale(MemorySegment data, long scales, int group) {
		int low = Bits.u8(data, scales + (group & 7)) >> ((group >> 3) << 2) & 15;
		int high = Bits.u8(data, scales + 8 + (group & 3)) >> ((group >> 2) << 1) & 3;
		return (low | high << 4) - 32;
	}

	/** One of 8 six-bit scales of Q4_K and Q5_K. */
	static int packedScale(MemorySegment data, long scales, int group) {
		if (group < 4) {
			return Bits.u8(data, scales + group) & 63;
		}
		return Bits.u8(data, scales + group + 4) & 15 | Bits.u8(data, scales + group - 4) >> 6 << 4;
	}

	/** One of 8 six-bit minima of Q4_K and Q5_K. */
	static int packedMin(MemorySegment data, long scales, int group) {
		if (group < 4) {
			return Bits.u8(data, scales + group + 4) & 63;
		}
		return Bits.u8(data, scales + group + 4) >> 4 | Bits.u8(data, scales + group) >> 6 << 4;
	}

	/** All 8 scales of Q4_K and Q5_K, one a byte. */
	static long packedScales(MemorySegment data, long scales) {
		int first = Bits.i32(data, scales);
		int low = first & 0x3F3F3F3F;
		int high = Bits.i32(data, scales + 8) & 0x0F0F0F0F | (first >>> 6 & 0x03030303) << 4;
		return low | (long) high << 32;
	}

	/** All 8 minima of Q4_K and Q5_K, one a byte. */
	static long packedMins(MemorySegment data, long scales) {
		int second = Bits.i32(data, scales + 4);
		int low = second & 0x3F3F3F3F;
		int high = Bits.i32(data, scales + 8) >>> 4 & 0x0F0F0F0F | (second >>> 6 & 0x03030303) << 4;
		return low | (long) high << 32;
	}

	static void q4k(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 144) {
			float d = Bits.f16(data, offset);
			float min = Bits.f16(data, offset + 2);
			for (int group = 0; group < 8; group++) {
				float scale = d * packedScale(data, offset + 4, group);
				float bias = min * packedMin(data, offset + 4, group);
				long qs = offset + 16 + 32 * (group >> 1);
				int shift = (group & 1) << 2;
				for (int i = 0; i < 32; i++) {
					out[outOffset + b + 32 * group + i] = scale * (Bits.u8(data, qs + i) >> shift & 15) - bias;
				}
			}
		}
	}

	static void q5k(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 176) {
			float d = Bits.f16(data, offset);
			float min = Bits.f16(data, offset + 2);
			for (int group = 0; group < 8; group++) {
				float scale = d * packedScale(data, offset + 4, group);
				float bias = min * packedMin(data, offset + 4, group);
				long qs = offset + 48 + 32 * (group >> 1);
				int shift = (group & 1) << 2;
				for (int i = 0; i < 32; i++) {
					int q = Bits.u8(data, qs + i) >> shift & 15 | (Bits.u8(data, offset + 16 + i) >> group & 1) << 4;
					out[outOffset + b + 32 * group + i] = scale * q - bias;
				}
			}
		}
	}

	static void q6k(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 210) {
			float d = Bits.f16(data, offset + 208);
			for (int group = 0; group < 16; group++) {
				float scale = d * Bits.i8(data, offset + 192 + group);
				long low = offset + q6kLow(group);
				long high = offset + 128 + q6kHigh(group);
				int lowShift = group & 4;
				int highShift = group & 6;
				for (int i = 0; i < 16; i++) {
					int q = Bits.u8(data, low + i) >> lowShift & 15 | (Bits.u8(data, high + i) >> highShift & 3) << 4;
					out[outOffset + b + 16 * group + i] = scale * (q - 32);
				}
			}
		}
	}

	/** Where the low four bits of a group of 16 lie in Q6_K. */
	static int q6kLow(int group) {
		return 64 * (group >> 3) + 16 * (group & 3);
	}

	/** Where the high two bits of a group of 16 lie in Q6_K, from their own start. */
	static int q6kHigh(int group) {
		return 32 * (group >> 3) + 16 * (group & 1);
	}

	static void iq4xs(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += BLOCK, offset += 136) {
			float d = Bits.f16(data, offset);
			for (int group = 0; group < 8; group++) {
				float scale = d * iq4xsScale(data, offset, group);
				ScalarBlocks.iq4(data, offset + 8 + 16 * group, scale, out, outOffset + b + 32 * group);
			}
		}
	}

	/** One of 8 six-bit scales of IQ4_XS. */
	static int iq4xsScale(MemorySegment data, long block, int group) {
		int low = Bits.u8(data, block + 4 + (group >> 1)) >> ((group & 1) << 2) & 15;
		int high = Bits.i16(data, block + 2) >> (group << 1) & 3;
		return (low | high << 4) - 32;
	}

}
