package io.github.llamaspring.boot.resilience;

import java.time.Duration;

/**
 * How much the engine takes on.
 *
 * @param slots generations at once
 * @param queueCapacity requests that may wait
 * @param firstToken the longest from the start of the computation to the first token
 * @param betweenTokens the longest from token to token
 * @param total the longest computation
 */
public record GateLimits(int slots, int queueCapacity, Duration firstToken, Duration betweenTokens, Duration total) {

	public GateLimits {
		if (slots < 1 || slots > 256) {
			throw new IllegalArgumentException("slots must be from 1 to 256, not " + slots);
		}
		if (queueCapacity < 0) {
			throw new IllegalArgumentException("queue-capacity must be 0 or more, not " + queueCapacity);
		}
		requirePositive("first-token", firstToken);
		requirePositive("between-tokens", betweenTokens);
		requirePositive("total", total);
	}

	private static void requirePositive(String name, Duration value) {
		if (!value.isPositive()) {
			throw new IllegalArgumentException("the limit " + name + " must be longer than 0, not " + value);
		}
	}

}
