package io.github.llamaspring.core.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.github.llamaspring.core.gguf.GgmlType;

/**
 * Random blocks: random bytes, with scales that give the elements the deviation asked
 * for, and that are never so small that half floats would lose digits (subnormal).
 * Layouts: ggml-common.h of llama.cpp.
 */
final class SynthWeights {

	/** Deviation of evenly spread 4-bit, 6-bit and 8-bit numbers. */
	private static final double SPREAD_4 = 4.6;

	/** The middle of 4-bit numbers. */
	private static final double MIDDLE_4 = 7.5;

	private static final double SPREAD_6 = 18.5;

	private static final double SPREAD_8 = 74;

	/** Scales within a block of 256 are this number; of Q4_K, up to 7 more. */
	private static final int INNER_SCALE_4 = 8;

	private static final double INNER_MEAN_4 = 11.5;

	private static final int INNER_SCALE_6 = 4;

	/** The least half float that is normal. */
	private static final float LEAST_NORMAL = 0x1p-14f;

	/** Four evenly spread 16-bit numbers added: their middle and their deviation. */
	private static final double SUM_MIDDLE = 2 * 65535;

	private static final double SUM_DEVIATION = 65536 / Math.sqrt(3);

	private long state;

	SynthWeights(long seed) {
		this.state = seed;
	}

	/**
	 * SplitMix64 (Steele, Lea, Flood 2014), without an object in between.
	 */
	private long next() {
		this.state += 0x9e3779b97f4a7c15L;
		long z = this.state;
		z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
		z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
		return z ^ (z >>> 31);
	}

	/**
	 * Nearly normal: the bell of four dice of 65536 sides.
	 */
	private double gaussian() {
		long z = next();
		long sum = (z & 0xffff) + (z >>> 16 & 0xffff) + (z >>> 32 & 0xffff) + (z >>> 48);
		return (sum - SUM_MIDDLE) / SUM_DEVIATION;
	}

	/**
	 * Fills a buffer with whole blocks.
	 * @param deviation standard deviation of the elements; 0 gives elements about 1
	 */
	void fill(byte[] bytes, int length, GgmlType type, double deviation) {
		ByteBuffer out = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
		switch (type) {
			case F32 -> norms(out);
			case F16 -> halfs(out, deviation);
			default -> {
				bytes(out);
				for (int block = 0; block < length; block += type.blockBytes()) {
					scales(out, block, type, deviation);
				}
			}
		}
	}

	private void norms(ByteBuffer out) {
		while (out.hasRemaining()) {
			out.putFloat((float) (1 + 0.1 * gaussian()));
		}
	}

	private void halfs(ByteBuffer out, double deviation) {
		while (out.hasRemaining()) {
			out.putShort(Float.floatToFloat16((float) (gaussian() * deviation)));
		}
	}

	private void bytes(ByteBuffer out) {
		while (out.remaining() >= Long.BYTES) {
			out.putLong(next());
		}
		for (long z = next(); out.hasRemaining(); z >>>= 8) {
			out.put((byte) z);
		}
	}

	private static void scales(ByteBuffer out, int block, GgmlType type, double deviation) {
		switch (type) {
			case Q8_0 -> scale(out, block, deviation / SPREAD_8);
			case Q4_0 -> scale(out, block, deviation / SPREAD_4);
			case Q4_K -> q4k(out, block, deviation / SPREAD_4 / INNER_MEAN_4);
			case Q6_K -> {
				for (int i = 192; i < 208; i++) {
					out.put(block + i, (byte) INNER_SCALE_6);
				}
				scale(out, block + 208, deviation / SPREAD_6 / INNER_SCALE_6);
			}
			default -> throw new IllegalArgumentException("no random blocks of " + type);
		}
	}

	/**
	 * Scales and minimums lie in 12 bytes, 6 bits each: the first four of both in the low
	 * bits of 8 bytes, the last four in the nibbles of 4 bytes and, their highest bits,
	 * in the high bits of the 8, here 0. A scale and its minimum are the same number,
	 * {@link #INNER_SCALE_4} and a few, so that the minimum takes the middle off.
	 */
	private static void q4k(ByteBuffer out, int block, double scale) {
		float written = scale(out, block, scale);
		out.putShort(block + 2, Float.floatToFloat16((float) (written * MIDDLE_4)));
		for (int i = 4; i < 8; i++) {
			byte inner = (byte) (INNER_SCALE_4 | out.get(block + i) & 7);
			out.put(block + i, inner);
			out.put(block + i + 4, inner);
			out.put(block + i + 8, (byte) ((INNER_SCALE_4 | out.get(block + i + 8) & 7) * 0x11));
		}
	}

	/**
	 * Writes a scale, up to a quarter more or less as the random bytes in its place say.
	 */
	private static float scale(ByteBuffer out, int place, double value) {
		float varied = (float) (value * (1 + out.getShort(place) * 0x1p-17));
		float scale = Math.max(varied, LEAST_NORMAL);
		out.putShort(place, Float.floatToFloat16(scale));
		return scale;
	}

}
