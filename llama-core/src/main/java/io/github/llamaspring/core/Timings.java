package io.github.llamaspring.core;

/**
 * Times of one generation.
 *
 * @param loadMillis how long the model took to load, once
 * @param timeToFirstTokenMillis from the call to the first token
 * @param prefillTokensPerSecond prompt tokens computed per second
 * @param decodeTokensPerSecond tokens generated per second after the first
 */
public record Timings(double loadMillis, double timeToFirstTokenMillis, double prefillTokensPerSecond,
		double decodeTokensPerSecond) {
}
