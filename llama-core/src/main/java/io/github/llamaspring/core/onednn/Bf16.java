package io.github.llamaspring.core.onednn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * bfloat16: the upper half of a float.
 */
public final class Bf16 {

	private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

	private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class,
			VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

	private static final int L = FLOATS.length();

	private static final int HALF = 0x7FFF;

	private static final int QUIET = 0x400000;

	private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
		.withOrder(ByteOrder.LITTLE_ENDIAN);

	private Bf16() {
	}

	/**
	 * Floats to bfloat16, round to nearest even; infinity and NaN stay what they are.
	 * @param x from where, beginning at {@code offset}
	 * @param offset the first float
	 * @param target to where, two bytes each, little-endian
	 * @param byteOffset the first byte there
	 * @param n how many
	 */
	public static void fromFloats(float[] x, int offset, MemorySegment target, long byteOffset, int n) {
		int i = 0;
		for (int end = n - L; i <= end; i += L) {
			FloatVector v = FloatVector.fromArray(FLOATS, x, offset + i);
			IntVector bits = v.reinterpretAsInts();
			IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
			bits.add(HALF)
				.add(odd)
				.blend(bits.or(QUIET), v.test(VectorOperators.IS_NAN).cast(bits.species()))
				.lanewise(VectorOperators.LSHR, 16)
				.convertShape(VectorOperators.I2S, SHORTS, 0)
				.reinterpretAsShorts()
				.intoMemorySegment(target, byteOffset + 2L * i, ByteOrder.LITTLE_ENDIAN);
		}
		for (; i < n; i++) {
			target.set(SHORT, byteOffset + 2L * i, fromFloat(x[offset + i]));
		}
	}

	/** One float, as {@link #fromFloats} does it. */
	static short fromFloat(float x) {
		int bits = Float.floatToRawIntBits(x);
		int rounded = Float.isNaN(x) ? bits | QUIET : bits + HALF + (bits >>> 16 & 1);
		return (short) (rounded >>> 16);
	}

	static float toFloat(short half) {
		return Float.intBitsToFloat(half << 16);
	}

}
