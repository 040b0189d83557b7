package io.github.llamaspring.core.transformer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Against the formulas of the papers, computed by hand for a head of 8 and base 10,000.
 */
class RotaryEmbeddingTests {

	/** Cosine and sine of each pair. */
	private static float[] table(RopeConfig config, float[] factors, int position) {
		RotaryEmbedding rotary = new RotaryEmbedding(config, factors);
		float[] table = new float[rotary.tableSize()];
		rotary.fillTable(position, table, 0);
		float[] pairs = new float[config.dimensions()];
		for (int i = 0; i < pairs.length; i += 2) {
			assertThat(table[i + 1]).isEqualTo(table[i]);
			assertThat(table[pairs.length + i]).isEqualTo(-table[pairs.length + i + 1]);
			pairs[i] = table[i];
			pairs[i + 1] = table[pairs.length + i + 1];
		}
		return pairs;
	}

	private static RopeConfig config(RopeConfig.Scaling scaling, float factor) {
		return new RopeConfig(8, 10_000, scaling, factor, 32, 1);
	}

	@Test
	void pairsTurnByThePositionTimesTheirFrequency() {
		float[] table = table(config(RopeConfig.Scaling.NONE, 1), null, 5);
		for (int pair = 0; pair < 4; pair++) {
			double angle = 5 * Math.pow(10_000, -pair / 4.0);
			assertThat(table[2 * pair]).isCloseTo((float) Math.cos(angle), within(1e-6f));
			assertThat(table[2 * pair + 1]).isCloseTo((float) Math.sin(angle), within(1e-6f));
		}
	}

	@Test
	void linearScalingDividesThePosition() {
		assertThat(table(config(RopeConfig.Scaling.LINEAR, 4), null, 20))
			.containsExactly(table(config(RopeConfig.Scaling.NONE, 1), null, 5), within(1e-6f));
	}

	@Test
	void llama3FactorsDivideEachFrequency() {
		float[] plain = table(config(RopeConfig.Scaling.NONE, 1), null, 5);
		float[] scaled = table(config(RopeConfig.Scaling.NONE, 1), new float[] { 1, 1, 8, 8 }, 5);
		assertThat(scaled[2]).isEqualTo(plain[2]);
		assertThat(scaled[4]).isCloseTo((float) Math.cos(5 * 0.01 / 8), within(1e-6f));
	}

	@Test
	void yarnKeepsFastPairsAndStretchesSlowOnes() {
		// 4,096 positions, factor 4: pair 0 turns 652 times (kept), pair 3 less than once
		// (divided by 4), the ones between are mixed.
		RopeConfig yarn = new RopeConfig(8, 10_000, RopeConfig.Scaling.YARN, 4, 4096, 1);
		float[] table = table(yarn, null, 3);
		float magnitude = (float) (1 + 0.1 * Math.log(4));
		assertThat(table[0]).isCloseTo((float) Math.cos(3) * magnitude, within(1e-6f));
		assertThat(table[7]).isCloseTo((float) Math.sin(3 * 0.001 / 4) * magnitude, within(1e-6f));
		double pair2 = Math.asin(table[5] / magnitude) / 3;
		assertThat(pair2).isBetween(0.01 / 4, 0.01);
	}

}
