package io.github.llamaspring.core.transformer;

/**
 * Parameters of the rotary position embedding.
 *
 * @param dimensions how many elements of a head rotate
 * @param theta base of the frequencies
 * @param scaling how positions beyond the original context are mapped
 * @param factor how much longer the context is than the original one
 * @param originalContextLength positions of the original training
 * @param attentionFactor extra factor on the rotated vectors
 */
public record RopeConfig(int dimensions, float theta, Scaling scaling, float factor, int originalContextLength,
		float attentionFactor) {

	/** Kinds of scaling; Llama-3's factors are a tensor of the file instead. */
	public enum Scaling {

		NONE, LINEAR, YARN

	}

}
