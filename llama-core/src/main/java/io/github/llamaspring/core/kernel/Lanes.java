package io.github.llamaspring.core.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
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

	private Lanes() {
	}

	private static int bits() {
		int requested = KernelProvider.requestedBits();
		if (requested != 0) {
			return requested;
		}
		return Math.clamp(VectorShape.preferredShape().vectorBitSize(), NARROWEST, WIDEST);
	}

	static FloatVector load(float[] x, int offset) {
		return FloatVector.fromArray(FLOATS, x, offset);
	}

	static IntVector ints(FloatVector v) {
		return v.reinterpretAsInts();
	}

}
