package io.github.llamaspring.core;

/**
 * Token counts of one generation.
 *
 * @param promptTokens tokens of the prompt, the reused ones included
 * @param completionTokens tokens generated
 * @param cachedTokens tokens of the prompt that the session already held and that were
 * not computed again
 */
public record Usage(int promptTokens, int completionTokens, int cachedTokens) {
}
