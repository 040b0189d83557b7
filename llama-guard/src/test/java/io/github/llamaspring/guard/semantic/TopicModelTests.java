package io.github.llamaspring.guard.semantic;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TopicModelTests {

	private static final int DIM = 128;

	private final Random random = new Random(5);

	private final MeaningSpace space = new MeaningSpace(new float[DIM], List.of(), everyday(400));

	private List<float[]> everyday(int count) {
		return Stream.generate(() -> vector(0)).limit(count).toList();
	}

	/** Around the middle of all, or the more to one side. */
	private float[] vector(float side) {
		float[] vector = new float[DIM];
		double length = 0;
		for (int i = 0; i < DIM; i++) {
			vector[i] = (float) this.random.nextGaussian() + ((i < 8) ? side : 0);
			length += vector[i] * vector[i];
		}
		for (int i = 0; i < DIM; i++) {
			vector[i] /= (float) Math.sqrt(length);
		}
		return vector;
	}

	@Test
	void tellsTextsLikeTheExamples() {
		TopicModel model = TopicModel.of(this.space, Stream.generate(() -> vector(2)).limit(12).toList(), List.of());
		assertThat(Stream.generate(() -> model.score(vector(2))).limit(200).filter((score) -> score >= 0.5).count())
			.isGreaterThan(180);
	}

	/** The texts a model is told from lie farther from its topic than any others. */
	@Test
	void oneOfFiftyEverydayTextsItHasNotSeenReachesAHalf() {
		long found = 0;
		for (int topic = 0; topic < 10; topic++) {
			TopicModel model = TopicModel.of(this.space, Stream.generate(() -> vector(1)).limit(12).toList(),
					Stream.generate(() -> vector(0.3f)).limit(6).toList());
			found += everyday(1000).stream().filter((vector) -> model.score(vector) >= 0.5).count();
		}
		assertThat(found).as("of 10,000").isBetween(120L, 300L);
	}

}
