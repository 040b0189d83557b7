package io.github.llamaspring.core.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

import io.github.llamaspring.core.gguf.GgmlType;

/**
 * Random blocks: random bytes, with scales that give the elements the deviation asked
 * for. Layouts: ggml-common.h of llama.cpp.
 */
final class SynthWeights {

	/** Deviation of evenly spread 4-bit, 6-bit and 8-bit numbers. */
	private static final double SPREAD_4 = 4.6;

	/** The middle of 4-bit numbers. */
	private static final double MIDDLE_4 = 7.5;

	private static final double SPREAD_6 = 18.5;

	private static final double SPREAD_8 = 74;

	/** Scales within a block of 256 are about this number. */
	private static final int INNER_SCALE = 32;

	private final SplittableRandom random;

	SynthWeights(long seed) {
		this.random = new SplittableRandom(seed);
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
				this.random.nextBytes(bytes);
				for (int block = 0; block < length; block += type.blockBytes()) {
					scales(out, block, type, deviation * (1 + 0.1 * this.random.nextGaussian()));
				}
			}
		}
	}

	private void norms(ByteBuffer out) {
		while (out.hasRemaining()) {
			out.putFloat((float) (1 + 0.1 * this.random.nextGaussian()));
		}
	}

	private void halfs(ByteBuffer out, double deviation) {
		while (out.hasRemaining()) {
			out.putShort(half(this.random.nextGaussian() * deviation));
		}
	}

	private static void scales(ByteBuffer out, int block, GgmlType type, double deviation) {
		switch (type) {
			case Q8_0 -> out.putShort(block, half(deviation / SPREAD_8));
			case Q4_0 -> out.putShort(block, half(deviation / SPREAD_4));
			case Q4_K -> q4k(out, block, deviation / SPREAD_4 / (INNER_SCALE + MIDDLE_4));
			case Q6_K -> {
				for (int i = 192; i < 208; i++) {
					out.put(block + i, (byte) INNER_SCALE);
				}
				out.putShort(block + 208, half(deviation / SPREAD_6 / INNER_SCALE));
			}
			default -> throw new IllegalArgumentException("no random blocks of " + type);
		}
	}

	/**
	 * Scales and minimums lie in 12 bytes, 6 bits each: the first four of both in the low
	 * bits of 8 bytes, the last four in the nibbles of 4 bytes and, their highest bits,
	 * in the high bits of the 8. All scales and minimums are {@link #INNER_SCALE} and a
	 * few; the minimum takes the middle of the numbers off.
	 */
	private static void q4k(ByteBuffer out, int block, double scale) {
		out.putShort(block, half(scale));
		out.putShort(block + 2, half(scale * MIDDLE_4));
		for (int i = 4; i < 8; i++) {
			// 10 in the highest bits: those of the scale four on.
			int few = out.get(block + i) & 0x0f;
			out.put(block + i, (byte) (0x80 | INNER_SCALE | few));
			out.put(block + i + 4, (byte) (0x80 | INNER_SCALE | few));
			out.put(block + i + 8, (byte) ((out.get(block + i + 8) & 0x0f) * 0x11));
		}
	}

	private static short half(double value) {
		return Float.floatToFloat16((float) value);
	}

}
