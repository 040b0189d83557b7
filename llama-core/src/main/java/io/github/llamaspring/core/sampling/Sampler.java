package io.github.llamaspring.core.sampling;

import io.github.llamaspring.core.error.LlamaException;

/**
 * Chooses the next token of one sequence. It remembers the sequence's last tokens (for
 * the penalties) and its place in the random sequence, so each sequence has its own; not
 * thread-safe.
 * <p>
 * With a seed, the same logits give the same tokens on every machine: the generator and
 * the exponential are exactly specified.
 */
public interface Sampler {

	/**
	 * Makes a sampler with an empty memory.
	 * @param options how to choose
	 * @param vocabSize the number of logits of each step
	 * @return a new sampler
	 * @throws IllegalArgumentException if a logit bias names a token outside the
	 * vocabulary or is not a number
	 */
	static Sampler of(SamplingOptions options, int vocabSize) {
		return new SamplerChain(options, vocabSize);
	}

	/**
	 * Chooses a token. Does not {@link #accept(int) accept} it.
	 * @param logits one per token of the vocabulary; left as they are
	 * @return the token's id
	 * @throws LlamaException if a logit is not a number or infinite, or no token may be
	 * chosen
	 */
	int sample(float[] logits);

	/**
	 * Takes note of a token of the sequence, of its prompt or generated. Penalties see
	 * the last {@value Penalties#WINDOW} tokens, as in llama.cpp.
	 * @param token the token's id
	 * @throws IllegalArgumentException if it is outside the vocabulary
	 */
	void accept(int token);

}
