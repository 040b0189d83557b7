package io.github.llamaspring.core;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A prompt of the real demo model by the accelerator, and by the scalar reference: our
 * other kernels round too, and more.
 */
class AcceleratedPromptTests {

	private static final List<Integer> PROMPT = IntStream.range(0, 61).map((i) -> 300 + 41 * i % 5000).boxed().toList();

	@Test
	void aLongPromptHasTheProbabilitiesOfTheReference() {
		List<TokenProbability> accelerated = afterPrompt(ModelOptions.KernelChoice.AUTO);
		List<TokenProbability> exact = afterPrompt(ModelOptions.KernelChoice.SCALAR);
		assertThat(accelerated.getFirst().id()).isEqualTo(exact.getFirst().id());
		for (TokenProbability expected : exact.subList(0, 5)) {
			assertThat(accelerated).filteredOn((token) -> token.id() == expected.id())
				.singleElement()
				.extracting(TokenProbability::probability)
				.satisfies((p) -> assertThat(p).isCloseTo(expected.probability(),
						within(0.05f * expected.probability() + 1e-4f)));
		}
	}

	private static List<TokenProbability> afterPrompt(ModelOptions.KernelChoice kernel) {
		ModelOptions options = ModelOptions.DEFAULTS.withContextLength(512).withKernel(kernel);
		try (LlamaModel model = LlamaModel.load(TestFiles.path(TestFiles.SMOLLM2), options);
				LlamaSession session = model.newSession()) {
			boolean used = !model.info().accelerator().equals("none");
			assumeTrue(used || kernel == ModelOptions.KernelChoice.SCALAR, "there is no accelerator on this machine");
			return session.generate(GenerationRequest.ofTokens(PROMPT).withMaxTokens(1).withTopLogprobs(20), null, null)
				.top()
				.getFirst();
		}
	}

}
