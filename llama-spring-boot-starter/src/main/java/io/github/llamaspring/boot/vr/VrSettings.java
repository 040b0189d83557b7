package io.github.llamaspring.boot.vr;

import java.time.Duration;

import io.github.llamaspring.core.sampling.SamplingOptions;

/**
 * How characters speak.
 *
 * @param sampling how tokens are chosen
 * @param maxTokens the most tokens a character says at once
 * @param maxSessions open at once
 * @param expiry a session not used for this long is closed
 */
public record VrSettings(SamplingOptions sampling, int maxTokens, int maxSessions, Duration expiry) {

	public VrSettings {
		if (maxTokens < 1 || maxSessions < 1) {
			throw new IllegalArgumentException(
					"max-tokens and max-sessions must be 1 or more, not " + maxTokens + " and " + maxSessions);
		}
	}

}
