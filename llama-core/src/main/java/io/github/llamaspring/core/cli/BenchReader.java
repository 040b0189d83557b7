package io.github.llamaspring.core.cli;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads memory as fast as one thread can, in tiles of {@link #TILE} bytes: loops over
 * them count in ints, which the compiler checks only once.
 */
interface BenchReader {

	int TILE = 1 << 20;

	/** Places read at once by {@link #fourStreams}. */
	int STREAMS = 4;

	/**
	 * Reads from the first byte to the last.
	 * @param memory a whole number of tiles
	 * @return the sum of what was read, so that no read can be left out
	 */
	long oneStream(MemorySegment memory);

	/**
	 * Reads the four quarters at the same time.
	 * @param memory four times a whole number of tiles
	 * @return the same sum
	 */
	long fourStreams(MemorySegment memory);

	/**
	 * The vector reader where the JVM has the module, else the plain one.
	 */
	static BenchReader best() {
		if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
			return new Plain();
		}
		try {
			// By name: without the module the class cannot even be linked.
			return (BenchReader) Class.forName("io.github.llamaspring.core.cli.BenchVectorReader")
				.getDeclaredConstructor()
				.newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("the vector reader does not start", ex);
		}
	}

	/** Without vectors. */
	final class Plain implements BenchReader {

		@Override
		public long oneStream(MemorySegment memory) {
			long a = 0;
			long b = 0;
			for (long at = 0; at < memory.byteSize(); at += TILE) {
				MemorySegment tile = memory.asSlice(at, TILE);
				for (int i = 0; i < TILE; i += 2 * Long.BYTES) {
					a += tile.get(ValueLayout.JAVA_LONG, i);
					b += tile.get(ValueLayout.JAVA_LONG, i + Long.BYTES);
				}
			}
			return a + b;
		}

		@Override
		public long fourStreams(MemorySegment memory) {
			long quarter = memory.byteSize() / STREAMS;
			long a = 0;
			long b = 0;
			long c = 0;
			long d = 0;
			for (long at = 0; at < quarter; at += TILE) {
				MemorySegment first = memory.asSlice(at, TILE);
				MemorySegment second = memory.asSlice(quarter + at, TILE);
				MemorySegment third = memory.asSlice(2 * quarter + at, TILE);
				MemorySegment fourth = memory.asSlice(3 * quarter + at, TILE);
				for (int i = 0; i < TILE; i += Long.BYTES) {
					a += first.get(ValueLayout.JAVA_LONG, i);
					b += second.get(ValueLayout.JAVA_LONG, i);
					c += third.get(ValueLayout.JAVA_LONG, i);
					d += fourth.get(ValueLayout.JAVA_LONG, i);
				}
			}
			return a + b + c + d;
		}

	}

}
