package io.github.llamaspring.core;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SystemMemoryTests {

	private static final List<String> MEMINFO = List.of("MemTotal:       24683868 kB", "MemFree:          100000 kB",
			"MemAvailable:    8000000 kB", "SwapFree:        1000000 kB");

	@Test
	void pagesOfFilesAndSwapCount() {
		assertThat(SystemMemory.of(MEMINFO, 64L << 30).available()).isEqualTo(9_000_000L << 10);
	}

	@Test
	void aContainersLimitCounts() {
		assertThat(SystemMemory.of(MEMINFO, 2L << 30)).isEqualTo(new SystemMemory(2L << 30, 2L << 30));
	}

	@Test
	void whatASystemDoesNotTellRefusesNothing() {
		assertThat(SystemMemory.of(List.of("MemTotal: 5 kB", "MemAvailable: ? kB"), 7L << 30).available())
			.isEqualTo(7L << 30);
	}

	@Test
	void thisMachineHasSome() {
		SystemMemory now = SystemMemory.now();
		assertThat(now.available()).isPositive().isLessThanOrEqualTo(now.total());
	}

}
