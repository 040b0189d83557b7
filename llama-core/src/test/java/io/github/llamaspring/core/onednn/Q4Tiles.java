package io.github.llamaspring.core.onednn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A synthetic matrix of packed Q4_0 weights, and the way of its tiles into bfloat16.
 * <p>
 * Packed: for each group of 32 rows and block of 32 columns 576 bytes: 8 quads of 64
 * bytes, then 32 scales as half floats. Quad t holds columns 4t to 4t + 3 as the nibbles
 * of one short for each row; short 2j is row j, short 2j + 1 row 16 + j, and the scales
 * lie likewise. A weight is (nibble - 8) * scale.
 */
final class Q4Tiles {

	static final int GROUP = 32;

	/** Only constant segments cost nothing in a hot loop. */
	@SuppressWarnings("restricted")
	private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

	private static final int BLOCK_BYTES = 576;

	private static final int SCALES = 512;

	private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;

	private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;

	private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

	private Q4Tiles() {
	}

	static long bytes(int rows, int columns) {
		return (long) rows / GROUP * (columns / 32) * BLOCK_BYTES;
	}

	/** Random nibbles, scales between 0.005 and 0.025 of either sign. */
	static void fill(MemorySegment packed, Random random) {
		byte[] nibbles = new byte[SCALES];
		for (long block = 0; block < packed.byteSize(); block += BLOCK_BYTES) {
			random.nextBytes(nibbles);
			MemorySegment.copy(MemorySegment.ofArray(nibbles), 0, packed, block, SCALES);
			for (int i = 0; i < GROUP; i++) {
				float scale = (0.005f + 0.02f * random.nextFloat()) * (random.nextBoolean() ? 1 : -1);
				packed.set(ValueLayout.JAVA_SHORT, block + SCALES + 2L * i, Float.floatToFloat16(scale));
			}
		}
	}

	/** One weight: the reference. */
	static float weight(MemorySegment packed, int row, int column, int columns) {
		long block = ((long) (row / GROUP) * (columns / 32) + column / 32) * BLOCK_BYTES;
		int lane = 2 * (row % 16) + row % GROUP / 16;
		int quad = packed.get(ValueLayout.JAVA_SHORT, block + column % 32 / 4 * 64L + 2L * lane);
		float scale = Float.float16ToFloat(packed.get(ValueLayout.JAVA_SHORT, block + SCALES + 2L * lane));
		return ((quad >> 4 * (column % 4) & 15) - 8) * scale;
	}

	/**
	 * 32 rows into a tile: for each nibble n at bit p of an int, 2^(23-p) + n is a float
	 * whose fraction holds the nibble where it lies, so that one multiplication and
	 * addition gives (n - 8) * scale exactly. Bits 8 and 12 serve: below, the constant
	 * would not be exact. Halves are rounded away from zero.
	 * @param group address of the group's packed weights
	 * @param columns how many
	 * @param target address of the tile where the group's rows begin
	 */
	static void toBf16(long group, int columns, long target) {
		FloatVector bias = FloatVector.broadcast(F, 0x1p112f);
		IntVector round = IntVector.broadcast(I, 0x8000);
		IntVector upper = IntVector.broadcast(I, 0xffff0000);
		IntVector nibble2 = IntVector.broadcast(I, 0xf00);
		IntVector nibble3 = IntVector.broadcast(I, 0xf000);
		IntVector one2 = IntVector.broadcast(I, 0x47000000);
		IntVector one3 = IntVector.broadcast(I, 0x45000000);
		long to = target;
		long end = group + (long) columns / 32 * BLOCK_BYTES;
		for (long block = group; block < end; block += BLOCK_BYTES) {
			IntVector halfs = IntVector.fromMemorySegment(I, ALL, block + SCALES, LE);
			FloatVector d0 = halfs.lanewise(VectorOperators.LSHL, 16)
				.lanewise(VectorOperators.ASHR, 3)
				.and(0x8fffe000)
				.reinterpretAsFloats()
				.mul(bias);
			FloatVector d1 = halfs.lanewise(VectorOperators.ASHR, 3).and(0x8fffe000).reinterpretAsFloats().mul(bias);
			FloatVector c02 = d0.mul(-32776f);
			FloatVector c03 = d0.mul(-2056f);
			FloatVector c12 = d1.mul(-32776f);
			FloatVector c13 = d1.mul(-2056f);
			for (long from = block; from < block + SCALES; from += 64) {
				IntVector v = IntVector.fromMemorySegment(I, ALL, from, LE);
				IntVector u = v.lanewise(VectorOperators.LSHL, 8);
				IntVector s = v.lanewise(VectorOperators.LSHR, 8);
				IntVector r = v.lanewise(VectorOperators.LSHR, 16);
				u.and(nibble2)
					.or(one2)
					.reinterpretAsFloats()
					.fma(d0, c02)
					.reinterpretAsInts()
					.add(round)
					.lanewise(VectorOperators.LSHR, 16)
					.or(u.and(nibble3)
						.or(one3)
						.reinterpretAsFloats()
						.fma(d0, c03)
						.reinterpretAsInts()
						.add(round)
						.and(upper))
					.intoMemorySegment(ALL, to, LE);
				s.and(nibble2)
					.or(one2)
					.reinterpretAsFloats()
					.fma(d1, c12)
					.reinterpretAsInts()
					.add(round)
					.lanewise(VectorOperators.LSHR, 16)
					.or(s.and(nibble3)
						.or(one3)
						.reinterpretAsFloats()
						.fma(d1, c13)
						.reinterpretAsInts()
						.add(round)
						.and(upper))
					.intoMemorySegment(ALL, to + 64, LE);
				v.and(nibble2)
					.or(one2)
					.reinterpretAsFloats()
					.fma(d0, c02)
					.reinterpretAsInts()
					.add(round)
					.lanewise(VectorOperators.LSHR, 16)
					.or(v.and(nibble3)
						.or(one3)
						.reinterpretAsFloats()
						.fma(d0, c03)
						.reinterpretAsInts()
						.add(round)
						.and(upper))
					.intoMemorySegment(ALL, to + 256, LE);
				r.and(nibble2)
					.or(one2)
					.reinterpretAsFloats()
					.fma(d1, c12)
					.reinterpretAsInts()
					.add(round)
					.lanewise(VectorOperators.LSHR, 16)
					.or(r.and(nibble3)
						.or(one3)
						.reinterpretAsFloats()
						.fma(d1, c13)
						.reinterpretAsInts()
						.add(round)
						.and(upper))
					.intoMemorySegment(ALL, to + 320, LE);
				to += 512;
			}
		}
	}

}
