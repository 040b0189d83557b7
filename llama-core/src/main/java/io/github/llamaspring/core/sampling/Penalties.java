package io.github.llamaspring.core.sampling;

/**
 * Repetition, presence and frequency penalties over the last {@value #WINDOW} tokens.
 * With n the number of times a token is in the window, and n &gt; 0:
 *
 * <pre>
 * logit = (logit &lt;= 0) ? logit * repetition : logit / repetition
 * logit = logit - n * frequency - presence
 * </pre>
 *
 * Source: llama.cpp, {@code llama_sampler_penalties_apply} and its default
 * {@code penalty_last_n}.
 */
final class Penalties {

	/** How many of the last tokens are penalised. */
	static final int WINDOW = 64;

	private final float repetition;

	private final float presence;

	private final float frequency;

	private final boolean off;

	private final int[] window = new int[WINDOW];

	private long accepted;

	Penalties(float repetition, float presence, float frequency) {
		this.repetition = repetition;
		this.presence = presence;
		this.frequency = frequency;
		this.off = repetition == 1 && presence == 0 && frequency == 0;
	}

	void accept(int token) {
		this.window[(int) (this.accepted++ % WINDOW)] = token;
	}

	void apply(float[] logits) {
		if (this.off) {
			return;
		}
		int size = (int) Math.min(this.accepted, WINDOW);
		for (int i = 0; i < size; i++) {
			int token = this.window[i];
			if (count(token, i) == 0) {
				logits[token] = penalised(logits[token], count(token, size));
			}
		}
	}

	private int count(int token, int end) {
		int count = 0;
		for (int i = 0; i < end; i++) {
			if (this.window[i] == token) {
				count++;
			}
		}
		return count;
	}

	private float penalised(float logit, int count) {
		float scaled = (logit <= 0) ? logit * this.repetition : logit / this.repetition;
		return Math.min(scaled - count * this.frequency - this.presence, Float.MAX_VALUE);
	}

}
