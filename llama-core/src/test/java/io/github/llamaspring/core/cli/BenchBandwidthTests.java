package io.github.llamaspring.core.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class BenchBandwidthTests {

	@Test
	void everyReaderReadsEveryByteOnce() {
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment memory = arena.allocate(8L * BenchReader.TILE, 64);
			Random random = new Random(3);
			long expected = 0;
			for (long i = 0; i < memory.byteSize(); i += Long.BYTES) {
				long value = random.nextLong();
				memory.set(ValueLayout.JAVA_LONG, i, value);
				expected += value;
			}
			for (BenchReader reader : new BenchReader[] { new BenchReader.Plain(), BenchReader.best() }) {
				assertThat(reader.oneStream(memory)).isEqualTo(expected);
				assertThat(reader.fourStreams(memory)).isEqualTo(expected);
			}
		}
		assertThat(BenchReader.best()).isInstanceOf(BenchVectorReader.class);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3 })
	void allThreadsTogetherReadAllOfIt(int threads) {
		try (BenchBandwidth bandwidth = new BenchBandwidth(threads, BenchReader.best(), 25L << 20)) {
			assertThat(bandwidth.gigabytesPerSecond()).isNull();
			assertThat(bandwidth.measure()).isEqualTo(bandwidth.bytes() / Long.BYTES * 0x0101010101010101L);
			assertThat(bandwidth.gigabytesPerSecond()).isPositive();
			bandwidth.forget();
			assertThat(bandwidth.gigabytesPerSecond()).isNull();
		}
	}

}
