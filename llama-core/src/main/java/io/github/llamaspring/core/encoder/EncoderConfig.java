package io.github.llamaspring.core.encoder;

/**
 * Hyper-parameters of a BERT encoder, checked.
 *
 * @param layers encoder blocks
 * @param dim width of a token's state, and of the sentence vector
 * @param ffnDim inner width of the feed-forward network
 * @param heads attention heads
 * @param vocabularySize number of tokens
 * @param positions a window has at most, its first and last token included
 * @param epsilon added to the variance in layer norms
 * @param first the token before each window, or {@link #NONE}
 * @param last the token behind it, or {@link #NONE}
 */
public record EncoderConfig(int layers, int dim, int ffnDim, int heads, int vocabularySize, int positions,
		float epsilon, int first, int last) {

	/** No token. */
	public static final int NONE = -1;

	/** Tokens of a text that a window holds at most. */
	public int windowTokens() {
		return this.positions - frame();
	}

	/** Tokens of a window that are not the text's. */
	int frame() {
		return ((this.first == NONE) ? 0 : 1) + ((this.last == NONE) ? 0 : 1);
	}

}
