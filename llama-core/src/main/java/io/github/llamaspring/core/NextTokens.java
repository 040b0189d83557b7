package io.github.llamaspring.core;

import java.util.List;

/**
 * How probable tokens are behind a prompt.
 *
 * @param asked the tokens that were asked for, in their order, with their probabilities
 * among all tokens
 * @param best the most probable token of all
 * @param usage token counts of the prompt
 */
public record NextTokens(List<TokenProbability> asked, TokenProbability best, Usage usage) {

	public NextTokens {
		asked = List.copyOf(asked);
	}

}
