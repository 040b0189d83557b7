package io.github.llamaspring.core.vector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class PrefetchTest {

	/** Whatever cannot be read ends the JVM, if it is read. */
	@Test
	void noAddressFaults() {
		assumeTrue(Prefetch.isAvailable(), "the system runs nothing that the process has written");
		try (NativeMemory.Region memory = NativeMemory.allocate(4096)) {
			memory.segment().fill((byte) 7);
			for (long address : new long[] { memory.start(), 0, 1, -64, Long.MIN_VALUE, Long.MAX_VALUE, 0x7ffffffff000L,
					Prefetch.class.hashCode() }) {
				Prefetch.lines(address, 1);
				Prefetch.lines(address, 300);
			}
			assertThat(memory.segment().get(ValueLayout.JAVA_BYTE, 4095)).isEqualTo((byte) 7);
		}
	}

	@Test
	void executableMemoryIsNotWrittenTo() {
		assumeTrue(NativeMemory.isGranted(), "no native access");
		long code = NativeMemory.executable(new byte[] { (byte) 0xc3 });
		assumeTrue(code != 0, "the system runs nothing that the process has written");
		assertThat(protection(code)).isEqualTo("r-xp");
	}

	private static String protection(long address) {
		try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
			return maps.filter((line) -> line.startsWith(Long.toHexString(address) + "-"))
				.map((line) -> line.split(" ")[1])
				.findFirst()
				.orElse("not mapped alone");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
