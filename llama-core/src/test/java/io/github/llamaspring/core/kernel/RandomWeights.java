package io.github.llamaspring.core.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

import io.github.llamaspring.core.gguf.GgmlType;

/**
 * Random blocks with finite scales.
 */
public final class RandomWeights {

	private RandomWeights() {
	}

	public static WeightMatrix matrix(GgmlType type, int rows, int cols, Random random) {
		byte[] bytes = new byte[Math.toIntExact(type.bytes((long) rows * cols))];
		random.nextBytes(bytes);
		MemorySegment data = Arena.ofAuto().allocate(bytes.length + 1L).asSlice(1);
		MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
		for (long block = 0; block < bytes.length; block += type.blockBytes()) {
			for (int at : scales(type)) {
				Bits.putI16(data, block + at, scale(type, random));
			}
		}
		return new WeightMatrix(type, data, rows, cols);
	}

	private static int[] scales(GgmlType type) {
		return switch (type) {
			case F32 -> new int[] { 2 };
			case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] { 0, 2 };
			case Q2_K -> new int[] { 80, 82 };
			case Q3_K -> new int[] { 108 };
			case Q6_K -> new int[] { 208 };
			default -> new int[] { 0 };
		};
	}

	private static short scale(GgmlType type, Random random) {
		float value = (float) random.nextGaussian();
		if (type == GgmlType.F32 || type == GgmlType.BF16) {
			return (short) (Float.floatToIntBits(value) >>> 16);
		}
		return Float.floatToFloat16(value);
	}

	public static float[] floats(int n, Random random) {
		float[] x = new float[n];
		for (int i = 0; i < n; i++) {
			x[i] = (float) random.nextGaussian();
		}
		return x;
	}

}
