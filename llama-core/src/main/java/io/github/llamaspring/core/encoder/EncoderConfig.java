package io.github.llamaspring.core.encoder;

/**
 * Hyper-parameters of a BERT encoder, checked.
 *
 * @param width of a token's state, and of the sentence vector
 * @param layers encoder blocks
 * @param heads attention heads
 * @param inner width of the feed-forward network
 * @param vocabulary number of tokens
 * @param positions a window has at most, its first and last token included
 * @param types of tokens; a text alone is all of the first
 * @param epsilon added to the variance in layer norms
 * @param first the token before each text
 * @param last the token behind it
 */
record EncoderConfig(int width, int layers, int heads, int inner, int vocabulary, int positions, int types,
		float epsilon, int first, int last) {
}
