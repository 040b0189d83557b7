package io.github.llamaspring.core.cli;

import java.lang.management.ManagementFactory;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessAgeTests {

	@Test
	void countsFromTheStartOfTheProcess() {
		long jvm = ManagementFactory.getRuntimeMXBean().getUptime();
		// The JVM begins some milliseconds after its process; both counts are rounded.
		assertThat(ProcessAge.millis()).isBetween(jvm - 20, jvm + 5_000);
	}

	@Test
	void readsWhatLinuxTells() {
		String stat = "30461 (odd) name (x) S 1 30461 1 0 -1 4194304 900 0 0 0 20 13 0 0 20 0 18 0 216344 3000000 9000";
		assertThat(ProcessAge.sinceBoot("2164.03 1059.29\n", stat)).isEqualTo(590);
	}

}
