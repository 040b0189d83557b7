package io.github.llamaspring.core.sampling;

import java.util.Arrays;

import io.github.llamaspring.core.error.LlamaException;

/**
 * The most probable tokens of one step: the softmax of its raw logits, before bias,
 * penalties and temperature; or those of given tokens. Both arrays have the same length.
 *
 * @param ids best first, equal ones by ascending id; or as given
 * @param probabilities from 0 to 1
 */
public record TopProbabilities(int[] ids, float[] probabilities) {

	/**
	 * Computes the softmax and picks the best.
	 * @param logits one per token of the vocabulary
	 * @param count how many to report; at most all
	 * @return the best
	 * @throws LlamaException if a logit is not a number
	 */
	public static TopProbabilities of(float[] logits, int count) {
		long[] keys = best(logits, Math.min(count, logits.length));
		int[] ids = new int[keys.length];
		for (int i = 0; i < keys.length; i++) {
			ids[i] = Candidates.id(keys[i]);
		}
		return of(logits, ids);
	}

	/**
	 * Computes the softmax and picks given tokens.
	 * @param logits one per token of the vocabulary
	 * @param ids of the vocabulary; their order is kept
	 * @return their probabilities among all tokens
	 * @throws LlamaException if a logit is not a number
	 */
	public static TopProbabilities of(float[] logits, int[] ids) {
		double best = Float.NEGATIVE_INFINITY;
		for (float logit : logits) {
			best = Math.max(best, logit); // NaN wins
		}
		if (Double.isNaN(best) || Double.isInfinite(best)) {
			throw new LlamaException("the model computed no usable logits (the highest is " + best
					+ "); the model file may be damaged: check its SHA-256 or fetch it again");
		}
		double total = 0;
		for (float logit : logits) {
			total += Math.exp(logit - best);
		}
		float[] probabilities = new float[ids.length];
		for (int i = 0; i < ids.length; i++) {
			probabilities[i] = (float) (Math.exp(logits[ids[i]] - best) / total);
		}
		return new TopProbabilities(ids, probabilities);
	}

	/**
	 * Collects twice as many as wanted and then drops the worse half, so that a large
	 * vocabulary is neither copied nor sorted.
	 */
	private static long[] best(float[] logits, int count) {
		long[] buffer = new long[2 * count];
		int used = 0;
		long limit = Long.MAX_VALUE;
		for (int id = 0; id < logits.length && count > 0; id++) {
			long key = Candidates.key(logits[id], id);
			if (key <= limit) {
				buffer[used++] = key;
				if (used == buffer.length) {
					Arrays.sort(buffer);
					used = count;
					limit = buffer[count - 1];
				}
			}
		}
		Arrays.sort(buffer, 0, used);
		return Arrays.copyOf(buffer, count);
	}

}
