package io.github.llamaspring.core.cli;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class BenchSamplesTests {

	@Test
	void knowsMedianMeanAndDeviation() {
		BenchSamples samples = new BenchSamples();
		assertThat(samples.isEmpty()).isTrue();
		samples.add(9);
		assertThat(samples.deviation()).isZero();
		samples.add(1, 2);
		assertThat(samples.median()).isEqualTo(2);
		samples.add(4);
		assertThat(samples.median()).isEqualTo(3);
		assertThat(samples.mean()).isEqualTo(4);
		assertThat(samples.deviation()).isCloseTo(3.559026, within(1e-6));
		assertThat(samples.values()).containsExactly(9, 1, 2, 4);
	}

}
