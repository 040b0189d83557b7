package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import io.github.llamaspring.core.kernel.Bits;
import io.github.llamaspring.core.kernel.Kernels;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width, chosen once: species are only fast as constants.
 */
final class Lanes {

	private static final int WIDEST = 512;

	private static final int NARROWEST = 128;

	static final int BITS = bits();

	static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, VectorShape.forBitSize(BITS));

	static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, VectorShape.forBitSize(BITS));

	/** Floats in a vector: 16, 8 or 4. */
	static final int L = BITS / Float.SIZE;

	private static final VectorSpecies<Byte> BYTES = (L == 16) ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

	private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, VectorShape.forBitSize(BITS / 2));

	/** The largest finite half, its exponent and fraction where a float's are. */
	private static final int FINITE_HALF = 0x7BFF << 13;

	/** The exponent of infinity and NaN. */
	private static final int LARGEST_EXPONENT = 0x7F800000;

	private static final IntVector BYTE_SHIFTS = IntVector.zero(INTS).addIndex(8);

	/**
	 * Adding to a vector itself, turned by 8, 4, 2 and 1, gives its sum in each lane, in
	 * an order that does not depend, as that of {@code reduceLanes} does, on whether the
	 * code is compiled; but {@link #TURNS} times it where there are less than 16 lanes.
	 */
	static final VectorShuffle<Float> BY_8 = VectorShuffle.fromOp(FLOATS, (i) -> (i + 8) % L);

	static final VectorShuffle<Float> BY_4 = VectorShuffle.fromOp(FLOATS, (i) -> (i + 4) % L);

	static final VectorShuffle<Float> BY_2 = VectorShuffle.fromOp(FLOATS, (i) -> (i + 2) % L);

	static final VectorShuffle<Float> BY_1 = VectorShuffle.fromOp(FLOATS, (i) -> (i + 1) % L);

	static final float TURNS = 16f / L;

	private Lanes() {
	}

	private static int bits() {
		int requested = Kernels.requestedBits();
		if (requested != 0) {
			return requested;
		}
		return Math.clamp(VectorShape.preferredShape().vectorBitSize(), NARROWEST, WIDEST);
	}

	/** The next L bytes as unsigned numbers. */
	static IntVector unsigned(MemorySegment data, long offset) {
		if (L == 4) {
			return IntVector.broadcast(INTS, Bits.i32(data, offset))
				.lanewise(VectorOperators.LSHR, BYTE_SHIFTS)
				.and(0xFF);
		}
		return (IntVector) ByteVector.fromMemorySegment(BYTES, data, offset, ByteOrder.LITTLE_ENDIAN)
			.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
	}

	/** The next L bytes as signed numbers. */
	static IntVector signed(MemorySegment data, long offset) {
		if (L == 4) {
			return unsigned(data, offset).lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24);
		}
		return (IntVector) ByteVector.fromMemorySegment(BYTES, data, offset, ByteOrder.LITTLE_ENDIAN)
			.convertShape(VectorOperators.B2I, INTS, 0);
	}

	/** The next L 16-bit words, as unsigned numbers. */
	static IntVector words(MemorySegment data, long offset) {
		return (IntVector) ShortVector.fromMemorySegment(SHORTS, data, offset, ByteOrder.LITTLE_ENDIAN)
			.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
	}

	/** Whole numbers as floats. */
	static FloatVector floats(IntVector v) {
		return (FloatVector) v.convert(VectorOperators.I2F, 0);
	}

	/**
	 * Half floats: exponent and fraction move into place, a multiplication corrects the
	 * exponent's bias, and makes subnormal halfs normal. The largest exponent stands for
	 * infinity and NaN and has to stay the largest. Exact for all halfs.
	 */
	static FloatVector halfs(IntVector words) {
		IntVector sign = words.and(0x8000).lanewise(VectorOperators.LSHL, 16);
		IntVector magnitude = words.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
		return magnitude.reinterpretAsFloats()
			.mul(0x1p112f)
			.reinterpretAsInts()
			.lanewise(VectorOperators.OR, LARGEST_EXPONENT, magnitude.compare(VectorOperators.GT, FINITE_HALF))
			.or(sign)
			.reinterpretAsFloats();
	}

}
