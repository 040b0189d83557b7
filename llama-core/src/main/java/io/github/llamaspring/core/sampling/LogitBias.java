package io.github.llamaspring.core.sampling;

import java.util.Map;

/**
 * Adds fixed amounts to the logits of some tokens; minus infinity excludes a token.
 */
final class LogitBias {

	private final int[] ids;

	private final float[] amounts;

	private LogitBias(int[] ids, float[] amounts) {
		this.ids = ids;
		this.amounts = amounts;
	}

	static LogitBias of(Map<Integer, Float> bias, int vocabSize) {
		int[] ids = bias.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
		float[] amounts = new float[ids.length];
		for (int i = 0; i < ids.length; i++) {
			Float amount = bias.get(ids[i]);
			if (ids[i] < 0 || ids[i] >= vocabSize) {
				throw new IllegalArgumentException("logit_bias names token " + ids[i]
						+ ", which is outside the vocabulary of " + vocabSize + " tokens");
			}
			if (amount == null || amount.isNaN() || amount == Float.POSITIVE_INFINITY) {
				throw new IllegalArgumentException(
						"logit_bias of token " + ids[i] + " must be a number or minus infinity, not " + amount);
			}
			amounts[i] = amount;
		}
		return new LogitBias(ids, amounts);
	}

	void apply(float[] logits) {
		for (int i = 0; i < this.ids.length; i++) {
			logits[this.ids[i]] = Math.min(logits[this.ids[i]] + this.amounts[i], Float.MAX_VALUE);
		}
	}

}
