package io.github.llamaspring.core.sampling;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.llamaspring.core.error.LlamaException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SamplerTests {

	private static final float NONE = Float.NEGATIVE_INFINITY;

	private static SamplingOptions options(float temperature, int topK, float topP, float minP, long seed) {
		return new SamplingOptions(temperature, topK, topP, minP, 1, 0, 0, Map.of(), seed);
	}

	private static SamplingOptions greedy(float repetition, float presence, float frequency, Map<Integer, Float> bias) {
		return new SamplingOptions(0, 0, 1, 0, repetition, presence, frequency, bias, null);
	}

	private static float[] logs(double... probabilities) {
		float[] logits = new float[probabilities.length];
		for (int i = 0; i < logits.length; i++) {
			logits[i] = (float) Math.log(probabilities[i]);
		}
		return logits;
	}

	/** The tokens that turn up in many draws. */
	private static TreeSet<Integer> support(SamplingOptions options, float[] logits) {
		Sampler sampler = Sampler.of(options, logits.length);
		TreeSet<Integer> seen = new TreeSet<>();
		for (int i = 0; i < 5000; i++) {
			seen.add(sampler.sample(logits));
		}
		return seen;
	}

	@Test
	void greedyTakesTheBestAndOfEqualOnesTheLowestId() {
		Sampler sampler = Sampler.of(SamplingOptions.DEFAULTS.greedy(), 5);
		assertThat(sampler.sample(new float[] { 1, 3, -2, 3, 0 })).isEqualTo(1);
		assertThat(sampler.sample(new float[] { -0f, 0f, NONE, 0f, -1 })).isZero();
	}

	@Test
	void drawsFollowTheSoftmaxAtTheTemperature() {
		double[] expected = { 0.5, 0.25, 0.15, 0.07, 0.03 };
		for (double temperature : new double[] { 0.5, 1, 2 }) {
			double[] powered = Arrays.stream(expected).map((p) -> Math.pow(p, 1 / temperature)).toArray();
			double total = Arrays.stream(powered).sum();
			int[] counts = new int[5];
			Sampler sampler = Sampler.of(options((float) temperature, 0, 1, 0, 42), 5);
			int draws = 100_000;
			for (int i = 0; i < draws; i++) {
				counts[sampler.sample(logs(expected))]++;
			}
			double chiSquare = IntStream.range(0, 5).mapToDouble((i) -> {
				double wanted = draws * powered[i] / total;
				return (counts[i] - wanted) * (counts[i] - wanted) / wanted;
			}).sum();
			// 99.9 % quantile of chi-square with 4 degrees of freedom
			assertThat(chiSquare).as("temperature %s: %s", temperature, Arrays.toString(counts)).isLessThan(18.47);
		}
	}

	@Test
	void generatorIsSplitMix64() {
		// first outputs for seed 1234567 of the public reference implementation
		// (rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64)
		Choice choice = new Choice(1, 1234567);
		assertThat(choice.nextDouble()).isEqualTo((6457827717110365317L >>> 11) * 0x1p-53);
		assertThat(choice.nextDouble()).isEqualTo((3203168211198807973L >>> 11) * 0x1p-53);
	}

	@Test
	void topKKeepsTheBestKOfEqualOnesTheLowestIds() {
		assertThat(support(options(1, 2, 1, 0, 1), logs(0.1, 0.4, 0.2, 0.2, 0.1))).containsExactly(1, 2);
		assertThat(support(options(1, 9, 1, 0, 1), logs(0.5, 0.5))).containsExactly(0, 1);
	}

	@Test
	void topPKeepsTheSmallestSetThatReachesIt() {
		float[] logits = logs(0.1, 0.4, 0.2, 0.25, 0.05);
		assertThat(support(options(1, 0, 0.39f, 0, 1), logits)).containsExactly(1);
		assertThat(support(options(1, 0, 0.41f, 0, 1), logits)).containsExactly(1, 3);
		assertThat(support(options(1, 0, 0.66f, 0, 1), logits)).containsExactly(1, 2, 3);
	}

	@Test
	void topPAfterTopKCountsWhatIsLeftAsOne() {
		// 0.4 and 0.25 remain: 0.615 and 0.385
		assertThat(support(options(1, 2, 0.60f, 0, 1), logs(0.1, 0.4, 0.2, 0.25, 0.05))).containsExactly(1);
		assertThat(support(options(1, 2, 0.63f, 0, 1), logs(0.1, 0.4, 0.2, 0.25, 0.05))).containsExactly(1, 3);
	}

	@Test
	void minPComparesWithTheBestBeforeTemperature() {
		float[] logits = logs(0.1, 0.4, 0.2, 0.25, 0.05);
		assertThat(support(options(1, 0, 1, 0.49f, 1), logits)).containsExactly(1, 2, 3);
		assertThat(support(options(1, 0, 1, 0.51f, 1), logits)).containsExactly(1, 3);
		assertThat(support(options(5, 0, 1, 0.51f, 1), logits)).containsExactly(1, 3);
		assertThat(support(options(1, 0, 1, 1, 1), new float[] { 2, 1, 2 })).containsExactly(0, 2);
	}

	@Test
	void penaltiesFollowLlamaCpp() {
		Penalties penalties = new Penalties(2, 0.5f, 0.25f);
		penalties.accept(0);
		penalties.accept(1);
		penalties.accept(1);
		float[] logits = { 4, -4, 3, 0 };
		penalties.apply(logits);
		assertThat(logits).containsExactly(4 / 2f - 0.25f - 0.5f, -4 * 2f - 2 * 0.25f - 0.5f, 3, 0);
	}

	@Test
	void penaltiesForgetAllButTheLastSixtyFourTokens() {
		Sampler sampler = Sampler.of(greedy(1, 10, 0, Map.of()), 3);
		float[] logits = { 5, 4, 3 };
		sampler.accept(0);
		assertThat(sampler.sample(logits)).isEqualTo(1);
		for (int i = 0; i < 63; i++) {
			sampler.accept(2);
		}
		assertThat(sampler.sample(logits)).isEqualTo(1);
		sampler.accept(2);
		assertThat(sampler.sample(logits)).isZero();
		assertThat(logits).containsExactly(5, 4, 3);
	}

	@Test
	void biasLiftsAndExcludes() {
		assertThat(Sampler.of(greedy(1, 0, 0, Map.of(2, 9f)), 3).sample(new float[] { 5, 4, 0 })).isEqualTo(2);
		assertThat(Sampler.of(greedy(1, 0, 0, Map.of(0, NONE)), 3).sample(new float[] { 5, 4, 0 })).isEqualTo(1);
		SamplingOptions banned = new SamplingOptions(1, 0, 1, 0, 1, 0, 0, Map.of(0, NONE, 2, NONE), 7L);
		assertThat(support(banned, new float[] { 5, 4, 0 })).containsExactly(1);
	}

	@Test
	void biasOutsideTheVocabularyIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Sampler.of(greedy(1, 0, 0, Map.of(32000, 1f)), 32000))
			.withMessageContaining("32000");
		assertThatIllegalArgumentException().isThrownBy(() -> Sampler.of(greedy(1, 0, 0, Map.of(-1, 1f)), 8))
			.withMessageContaining("-1")
			.withMessageContaining("8");
		assertThatIllegalArgumentException().isThrownBy(() -> Sampler.of(greedy(1, 0, 0, Map.of(1, Float.NaN)), 8))
			.withMessageContaining("NaN");
	}

	@Test
	void unusableLogitsAreRefused() {
		for (SamplingOptions options : new SamplingOptions[] { SamplingOptions.DEFAULTS,
				SamplingOptions.DEFAULTS.greedy() }) {
			Sampler sampler = Sampler.of(options, 3);
			for (float[] bad : new float[][] { { 1, Float.NaN, 2 }, { Float.POSITIVE_INFINITY, 0, 0 },
					{ NONE, NONE, NONE } }) {
				assertThatExceptionOfType(LlamaException.class).isThrownBy(() -> sampler.sample(bad))
					.withMessageContaining("the model computed no usable logits");
			}
			assertThat(sampler.sample(new float[] { NONE, 1, NONE })).isEqualTo(1);
			assertThatIllegalArgumentException().isThrownBy(() -> sampler.sample(new float[4]));
			assertThatIllegalArgumentException().isThrownBy(() -> sampler.accept(3));
		}
	}

	@Test
	void sameSeedSameTokens() {
		int[] first = draw(17L);
		assertThat(draw(17L)).isEqualTo(first);
		assertThat(draw(18L)).isNotEqualTo(first);
	}

	private static int[] draw(long seed) {
		Random random = new Random(5);
		Sampler sampler = Sampler.of(new SamplingOptions(0.9f, 50, 0.95f, 0.01f, 1.1f, 0.1f, 0.1f, Map.of(3, 1f), seed),
				1000);
		return IntStream.range(0, 200).map((i) -> {
			float[] logits = new float[1000];
			for (int j = 0; j < logits.length; j++) {
				logits[j] = (float) random.nextGaussian() * 3;
			}
			int token = sampler.sample(logits);
			sampler.accept(token);
			return token;
		}).toArray();
	}

	@Test
	void anyOptionsOnAnyLogitsChooseATokenThatIsNotExcluded() {
		Random random = new Random(11);
		for (int round = 0; round < 3000; round++) {
			float[] logits = hostileLogits(random);
			SamplingOptions options = new SamplingOptions(random.nextBoolean() ? 1e-30f : random.nextFloat() * 100,
					random.nextInt(12), Math.max(Float.MIN_VALUE, random.nextFloat()), random.nextFloat(),
					Math.max(1e-6f, random.nextFloat() * 100), random.nextFloat() * 200 - 100,
					random.nextFloat() * 200 - 100, Map.of(), random.nextLong());
			Sampler sampler = Sampler.of(options, logits.length);
			for (int i = 0; i < 5; i++) {
				int token = sampler.sample(logits);
				assertThat(logits[token]).isGreaterThan(NONE);
				sampler.accept(token);
			}
		}
	}

	/** Equal, huge, tiny and excluded logits; the first is always usable. */
	private static float[] hostileLogits(Random random) {
		float[] pool = { 0, -0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, NONE, 1, 88, -104 };
		float[] logits = new float[1 + random.nextInt(300)];
		for (int i = 0; i < logits.length; i++) {
			logits[i] = random.nextBoolean() ? pool[random.nextInt(pool.length)] : random.nextFloat() * 20 - 10;
		}
		logits[0] = 1;
		return logits;
	}

}
