package io.github.llamaspring.guard.classify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

	@Test
	void learnsWhatNoPlaneTellsApart() {
		VectorHead head = VectorTrainer.train(examples(1, 4000), 7);
		List<VectorTrainer.Example> others = examples(2, 1000);
		long right = others.stream()
			.filter((example) -> (head.probability(example.vector()) > 0.5) == example.positive())
			.count();
		assertThat(right).isGreaterThan(980);
	}

	@Test
	void theSameExamplesGiveTheSameHead() throws IOException {
		byte[] bytes = VectorTrainer.train(examples(1, 500), 7).bytes();
		assertThat(VectorTrainer.train(examples(1, 500), 7).bytes()).isEqualTo(bytes);
		assertThat(VectorTrainer.train(examples(1, 500), 8).bytes()).isNotEqualTo(bytes);
	}

	@Test
	void aHeadIsReadAsItWasWrittenAndNoOther() throws IOException {
		VectorHead head = VectorTrainer.train(examples(1, 300), 7).calibrated(0.5f, -1);
		byte[] bytes = head.bytes();
		VectorHead same = VectorHead.read("harm", bytes);
		float[] vector = examples(3, 1).getFirst().vector();
		assertThat(same.probability(vector)).isEqualTo(head.probability(vector)).isBetween(0.0, 1.0);
		assertThatIllegalArgumentException().isThrownBy(() -> same.probability(new float[15]))
			.withMessageContaining("15 numbers");
		for (int length : new int[] { 0, 3, 19, 20, bytes.length - 1 }) {
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> VectorHead.read("harm", Arrays.copyOf(bytes, length)))
				.withMessageStartingWith("harm");
		}
		Random random = new Random(1);
		for (int i = 0; i < 200; i++) {
			byte[] damaged = bytes.clone();
			damaged[random.nextInt(i % 2 == 0 ? 16 : bytes.length)] ^= (byte) (1 << random.nextInt(8));
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> VectorHead.read("harm", damaged));
		}
	}

}
