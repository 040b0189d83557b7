package io.github.llamaspring.core.cli;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Reads with the machine's widest vectors, four loads under way. Loads and sums stand
 * flat in the loops: a helper method would make objects of the vectors.
 */
final class BenchVectorReader implements BenchReader {

	private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;

	private static final int WIDTH = SPECIES.vectorByteSize();

	private static final ByteOrder ORDER = ByteOrder.nativeOrder();

	@Override
	public long oneStream(MemorySegment memory) {
		LongVector a = LongVector.zero(SPECIES);
		LongVector b = a;
		LongVector c = a;
		LongVector d = a;
		for (long at = 0; at < memory.byteSize(); at += TILE) {
			MemorySegment tile = memory.asSlice(at, TILE);
			for (int i = 0; i < TILE; i += 4 * WIDTH) {
				a = a.add(LongVector.fromMemorySegment(SPECIES, tile, i, ORDER));
				b = b.add(LongVector.fromMemorySegment(SPECIES, tile, i + WIDTH, ORDER));
				c = c.add(LongVector.fromMemorySegment(SPECIES, tile, i + 2 * WIDTH, ORDER));
				d = d.add(LongVector.fromMemorySegment(SPECIES, tile, i + 3 * WIDTH, ORDER));
			}
		}
		return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
	}

	@Override
	public long fourStreams(MemorySegment memory) {
		LongVector a = LongVector.zero(SPECIES);
		LongVector b = a;
		LongVector c = a;
		LongVector d = a;
		long quarter = memory.byteSize() / STREAMS;
		for (long at = 0; at < quarter; at += TILE) {
			MemorySegment first = memory.asSlice(at, TILE);
			MemorySegment second = memory.asSlice(quarter + at, TILE);
			MemorySegment third = memory.asSlice(2 * quarter + at, TILE);
			MemorySegment fourth = memory.asSlice(3 * quarter + at, TILE);
			for (int i = 0; i < TILE; i += WIDTH) {
				a = a.add(LongVector.fromMemorySegment(SPECIES, first, i, ORDER));
				b = b.add(LongVector.fromMemorySegment(SPECIES, second, i, ORDER));
				c = c.add(LongVector.fromMemorySegment(SPECIES, third, i, ORDER));
				d = d.add(LongVector.fromMemorySegment(SPECIES, fourth, i, ORDER));
			}
		}
		return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
	}

}
