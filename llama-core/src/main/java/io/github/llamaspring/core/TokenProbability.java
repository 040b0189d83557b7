package io.github.llamaspring.core;

/**
 * A token and its probability.
 *
 * @param id the token
 * @param probability from 0 to 1
 */
public record TokenProbability(int id, float probability) {
}
