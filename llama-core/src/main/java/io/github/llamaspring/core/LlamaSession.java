package io.github.llamaspring.core;

import org.jspecify.annotations.Nullable;

/**
 * A handle on one sequence: its tokens and their keys and values. Used by one thread at a
 * time; several sessions of one model may generate at once and share the compute threads.
 */
public final class LlamaSession implements AutoCloseable {

	LlamaSession() {
	}

	/**
	 * Computes the prompt and generates. What the prompt shares with the sequence's
	 * tokens from the start is not computed again.
	 * @param listener receives text while it is generated
	 * @param cancellation stops this generation from any thread
	 */
	public GenerationResult generate(GenerationRequest request, @Nullable TokenListener listener,
			@Nullable Cancellation cancellation) {
		throw new IllegalStateException("the engine comes with a later commit");
	}

	/**
	 * Forgets the sequence.
	 */
	public void clear() {
	}

	@Override
	public void close() {
	}

}
