package io.github.llamaspring.core;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A long prompt of the real demo model with and without the accelerator.
 */
class AcceleratedPromptTests {

	private static final String PROPERTY = "llama.accelerator";

	@Test
	void aLongPromptHasTheSameProbabilities() {
		List<TokenProbability> plain = afterPrompt("none");
		List<TokenProbability> accelerated = afterPrompt("auto");
		assertThat(accelerated.getFirst().id()).isEqualTo(plain.getFirst().id());
		for (TokenProbability expected : plain.subList(0, 5)) {
			assertThat(accelerated).filteredOn((token) -> token.id() == expected.id())
				.singleElement()
				.extracting(TokenProbability::probability)
				.satisfies((p) -> assertThat(p).isCloseTo(expected.probability(),
						within(0.05f * expected.probability() + 1e-4f)));
		}
	}

	private static List<TokenProbability> afterPrompt(String accelerator) {
		String before = System.getProperty(PROPERTY);
		System.setProperty(PROPERTY, accelerator);
		try (LlamaModel model = LlamaModel.load(TestFiles.path(TestFiles.SMOLLM2),
				ModelOptions.DEFAULTS.withContextLength(512)); LlamaSession session = model.newSession()) {
			boolean used = !model.info().accelerator().equals("none");
			assertThat(used && accelerator.equals("none")).isFalse();
			assumeTrue(used || accelerator.equals("none"), "there is no accelerator on this machine");
			List<Integer> ids = IntStream.range(0, 201).map((i) -> 300 + 41 * i % 5000).boxed().toList();
			return session.generate(GenerationRequest.ofTokens(ids).withMaxTokens(1).withTopLogprobs(20), null, null)
				.top()
				.getFirst();
		}
		finally {
			if (before == null) {
				System.clearProperty(PROPERTY);
			}
			else {
				System.setProperty(PROPERTY, before);
			}
		}
	}

}
