package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The formats with a table of 16 values: one byte shuffle looks up 16 of them.
 */
final class VectorTables {

	private static final int L = Lanes.L;

	private static final ByteVector TABLE = ByteVector.fromArray(ByteVector.SPECIES_128, ScalarBlocks.IQ4_VALUES, 0);

	private VectorTables() {
	}

	static void iq4nl(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += 32, offset += 18) {
			group(data, offset + 2, Bits.f16(data, offset), out, outOffset + b);
		}
	}

	static void iq4xs(MemorySegment data, long offset, float[] out, int outOffset, int n) {
		for (int b = 0; b < n; b += 256, offset += 136) {
			float d = Bits.f16(data, offset);
			for (int group = 0; group < 8; group++) {
				float scale = d * ScalarSuperBlocks.iq4xsScale(data, offset, group);
				group(data, offset + 8 + 16 * group, scale, out, outOffset + b + 32 * group);
			}
		}
	}

	private static void group(MemorySegment data, long offset, float scale, float[] out, int outOffset) {
		ByteVector q = ByteVector.fromMemorySegment(ByteVector.SPECIES_128, data, offset, ByteOrder.LITTLE_ENDIAN);
		ByteVector high = q.reinterpretAsShorts().lanewise(VectorOperators.LSHR, 4).reinterpretAsBytes();
		store(q.and((byte) 15).selectFrom(TABLE), scale, out, outOffset);
		store(high.and((byte) 15).selectFrom(TABLE), scale, out, outOffset + 16);
	}

	private static void store(ByteVector values, float scale, float[] out, int outOffset) {
		part(values, 0).mul(scale).intoArray(out, outOffset);
		if (L <= 8) {
			part(values, 1).mul(scale).intoArray(out, outOffset + L);
		}
		if (L <= 4) {
			part(values, 2).mul(scale).intoArray(out, outOffset + 2 * L);
			part(values, 3).mul(scale).intoArray(out, outOffset + 3 * L);
		}
	}

	private static FloatVector part(ByteVector values, int part) {
		return Lanes.floats((IntVector) values.convertShape(VectorOperators.B2I, Lanes.INTS, part));
	}

}
