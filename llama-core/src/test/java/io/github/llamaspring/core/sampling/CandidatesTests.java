package io.github.llamaspring.core.sampling;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class CandidatesTests {

	private static List<Integer> best(float[] logits, int count) {
		return IntStream.range(0, logits.length)
			.boxed()
			.filter((i) -> logits[i] != Float.NEGATIVE_INFINITY)
			.sorted(Comparator.<Integer>comparingDouble((i) -> -(logits[i] + 0f)).thenComparing((i) -> i))
			.limit(count)
			.toList();
	}

	@Test
	void keysKeepLogitAndIdAndSortBestFirst() {
		float[] falling = { Float.MAX_VALUE, 3, 1, Float.MIN_VALUE, 0, -Float.MIN_VALUE, -1, -3, -Float.MAX_VALUE };
		for (int i = 0; i < falling.length; i++) {
			long key = Candidates.key(falling[i], 262_143 - i);
			assertThat(Candidates.logit(key)).isEqualTo(falling[i]);
			assertThat(Candidates.id(key)).isEqualTo(262_143 - i);
			if (i > 0) {
				assertThat(key).isGreaterThan(Candidates.key(falling[i - 1], 262_143));
			}
		}
	}

	@Test
	void selectionAgreesWithAFullSort() {
		Random random = new Random(3);
		for (int round = 0; round < 500; round++) {
			int size = 1 + random.nextInt(400);
			float[] logits = new float[size];
			int shape = random.nextInt(4);
			for (int i = 0; i < size; i++) {
				logits[i] = switch (shape) {
					case 0 -> i;
					case 1 -> Math.abs(i - size / 2);
					case 2 -> random.nextInt(5);
					default -> (float) random.nextGaussian();
				};
			}
			Candidates candidates = new Candidates(size);
			candidates.load(logits);
			int few = 1 + random.nextInt(size);
			int more = few + random.nextInt(size - few + 1);
			candidates.sortBest(few);
			candidates.sortBest(more);
			candidates.truncate(more);
			assertThat(IntStream.range(0, more).map(candidates::id).boxed()).isEqualTo(best(logits, more));
		}
	}

	@Test
	void topPOnALargeFlatVocabularyKeepsItsShare() {
		Candidates candidates = new Candidates(256_000);
		candidates.load(new float[256_000]);
		new TopP(0.5f).apply(candidates);
		assertThat(candidates.size()).isEqualTo(128_000);
		assertThat(candidates.id(127_999)).isEqualTo(127_999);
	}

	@Test
	void topProbabilitiesAreTheSoftmaxBestFirst() {
		Random random = new Random(9);
		float[] logits = new float[5000];
		double total = 0;
		for (int i = 0; i < logits.length; i++) {
			logits[i] = random.nextInt(40) / 4f;
			total += Math.exp(logits[i]);
		}
		for (int count : new int[] { 0, 1, 7, 100, 5000, 9000 }) {
			TopProbabilities top = TopProbabilities.of(logits, count);
			List<Integer> expected = best(logits, count);
			assertThat(top.ids()).containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
			for (int i = 0; i < expected.size(); i++) {
				assertThat((double) top.probabilities()[i]).isCloseTo(Math.exp(logits[expected.get(i)]) / total,
						within(1e-7));
			}
		}
	}

}
