package io.github.llamaspring.guard.classify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

class VectorHeadTests {

	/** Two clusters on either side of a third: no plane tells them apart. */
	private static List<VectorTrainer.Example> examples(long seed, int count) {
		Random random = new Random(seed);
		List<VectorTrainer.Example> examples = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int cluster = random.nextInt(3);
			float[] vector = new float[16];
			for (int k = 0; k < vector.length; k++) {
				vector[k] = 0.2f + 0.01f * (float) random.nextGaussian();
			}
			vector[0] += 0.1f * (cluster - 1);
			examples.add(new VectorTrainer.Example(vector, cluster != 1, 1));
		}
		return examples;
	}

	private static VectorHead train(List<VectorTrainer.Example> examples, long seed) {
		float[] center = new float[16];
		Arrays.fill(center, 0.2f);
		return VectorTrainer.train(Head.HARM, examples, LanguageSpace.of(center, List.of()),
				new VectorTrainer.Settings(1e-3f, true, seed));
	}

	@Test
	void learnsWhatNoPlaneTellsApart() {
		VectorHead head = train(examples(1, 4000), 7);
		List<VectorTrainer.Example> others = examples(2, 1000);
		long right = others.stream()
			.filter((example) -> (head.logit(example.vector()) > 0) == example.positive())
			.count();
		assertThat(right).isGreaterThan(980);
		assertThatIllegalArgumentException().isThrownBy(() -> head.logit(new float[15]))
			.withMessageContaining("15 numbers");
	}

	@Test
	void theSameExamplesGiveTheSameHead() {
		byte[] bytes = HeadFile.write(train(examples(1, 500), 7));
		assertThat(HeadFile.write(train(examples(1, 500), 7))).isEqualTo(bytes);
		assertThat(HeadFile.write(train(examples(1, 500), 8))).isNotEqualTo(bytes);
	}

	@Test
	void theSumOfTwoHeadsIsOneHead() {
		VectorHead one = train(examples(1, 500), 7);
		VectorHead other = train(examples(3, 500), 8);
		VectorHead sum = one.plus(other, 2, 5);
		for (VectorTrainer.Example example : examples(4, 20)) {
			float[] vector = example.vector();
			assertThat(sum.logit(vector)).isCloseTo(one.logit(vector) / 2 + other.logit(vector) / 5, offset(1e-4));
		}
	}

	/** What differs between two languages alone is no longer there. */
	@Test
	void theLanguageIsTakenOutOfVectors() {
		double[] one = new double[16];
		double[] two = new double[16];
		one[3] = 0.4;
		one[5] = 0.2;
		two[3] = -0.1;
		LanguageSpace space = LanguageSpace.of(new float[16], List.of(one, two, new double[16]));
		assertThat(space.directions()).hasSize(2);
		float[] projected = new float[16];
		float[] vector = new float[16];
		vector[3] = 0.4f;
		vector[5] = 0.2f;
		vector[9] = 0.5f;
		space.project(vector, projected, 0);
		assertThat(projected[3]).isCloseTo(0, offset(1e-6f));
		assertThat(projected[5]).isCloseTo(0, offset(1e-6f));
		assertThat(projected[9]).isCloseTo(0.5f * VectorHead.SPREAD, offset(1e-5f));
	}

	@Test
	void foldedWeightsDoToVectorsWhatTheWeightsDoToProjectedOnes() {
		Random random = new Random(5);
		double[][] means = new double[3][16];
		float[] vector = new float[16];
		float[] weights = new float[16 * 2];
		for (int i = 0; i < 16; i++) {
			for (double[] mean : means) {
				mean[i] = random.nextGaussian();
			}
			vector[i] = (float) random.nextGaussian();
			weights[2 * i] = (float) random.nextGaussian();
			weights[2 * i + 1] = (float) random.nextGaussian();
		}
		LanguageSpace space = LanguageSpace.of(new float[16], List.of(means));
		float[] projected = new float[16];
		space.project(vector, projected, 0);
		float[] folded = space.folded(weights, 2);
		for (int k = 0; k < 2; k++) {
			float expected = 0;
			float actual = 0;
			for (int i = 0; i < 16; i++) {
				expected += projected[i] * weights[2 * i + k];
				actual += VectorHead.SPREAD * vector[i] * folded[2 * i + k];
			}
			assertThat(actual).isCloseTo(expected, offset(1e-3f));
		}
	}

}
