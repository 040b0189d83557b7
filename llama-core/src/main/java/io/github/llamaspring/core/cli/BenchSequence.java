package io.github.llamaspring.core.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.llamaspring.core.GenerationRequest;
import io.github.llamaspring.core.GenerationResult;
import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.LlamaSession;

/**
 * A sequence with a number of random tokens in its context, behind which the same work is
 * measured again and again, as llama-bench does: the context is computed once, its memory
 * is kept, and nothing is sampled. Used by one thread.
 */
final class BenchSequence implements AutoCloseable {

	/** Enough for the first requests to be more than a decoding step. */
	static final int SHORT_PROMPT = 16;

	/** Any vocabulary has so many. */
	private static final int FIRST_IDS = 3;

	private final LlamaSession session;

	private final int depth;

	/** The context and what follows. */
	private final List<Integer> tokens;

	/**
	 * A sequence that is still empty.
	 * @param depth tokens in the context
	 * @param most tokens ever measured behind them
	 */
	BenchSequence(LlamaModel model, int vocabulary, int depth, int most) {
		this.session = model.newSession();
		this.depth = depth;
		this.tokens = randomTokens(42, depth + most + 1, vocabulary);
	}

	static List<Integer> randomTokens(long seed, int count, int vocabulary) {
		return new Random(seed).ints(count, 0, vocabulary).boxed().toList();
	}

	/**
	 * Tokens per second of computing a prompt behind the context.
	 */
	double prefill(int count) {
		toDepth();
		List<Integer> prompt = new ArrayList<>(this.tokens.subList(0, this.depth + count));
		if (this.depth == 0) {
			// Another one than toDepth() left, so that it is computed as well.
			prompt.set(0, differing());
		}
		GenerationRequest request = GenerationRequest.ofTokens(prompt).withMaxTokens(0);
		return this.session.generate(request).timings().prefillTokensPerSecond();
	}

	/**
	 * Tokens per second of decoding behind the context; the token that the prompt gave is
	 * not counted.
	 */
	double decode(int count) {
		GenerationRequest request = GenerationRequest.ofTokens(context())
			.withMaxTokens(count + 1)
			.withForce(this.tokens.subList(this.depth, this.depth + count + 1));
		return this.session.generate(request).timings().decodeTokensPerSecond();
	}

	/**
	 * Drops what stands behind the context. An empty context is not to be had: one token
	 * stands for it.
	 */
	private void toDepth() {
		this.session.generate(GenerationRequest.ofTokens(context()).withMaxTokens(0));
	}

	private List<Integer> context() {
		return this.tokens.subList(0, Math.max(this.depth, 1));
	}

	private int differing() {
		return (this.tokens.getFirst() == 0) ? 1 : this.tokens.getFirst() - 1;
	}

	/**
	 * Milliseconds until the first token of a short request of its own.
	 */
	static double firstTokenMillis(LlamaModel model, long seed) {
		int length = Math.min(SHORT_PROMPT, model.contextLength() - 1);
		try (LlamaSession session = model.newSession()) {
			GenerationRequest request = GenerationRequest.ofTokens(randomTokens(seed, length, FIRST_IDS))
				.withMaxTokens(1);
			GenerationResult result = session.generate(request);
			return result.timings().timeToFirstTokenMillis();
		}
	}

	@Override
	public void close() {
		this.session.close();
	}

}
