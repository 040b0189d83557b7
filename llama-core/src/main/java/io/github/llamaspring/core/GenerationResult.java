package io.github.llamaspring.core;

import java.util.List;

/**
 * A finished generation.
 *
 * @param ids the generated tokens, an end-of-generation token included
 * @param text the generated text, without end-of-generation token and stop string
 * @param finishReason why it ended
 * @param usage token counts
 * @param timings times
 * @param top for each token of {@code ids} the most probable tokens of the distribution
 * it was taken from (softmax of the raw logits), best first; empty unless asked for
 */
public record GenerationResult(List<Integer> ids, String text, FinishReason finishReason, Usage usage, Timings timings,
		List<List<TokenProbability>> top) {

	public GenerationResult {
		ids = List.copyOf(ids);
		top = top.stream().map(List::copyOf).toList();
	}

}
