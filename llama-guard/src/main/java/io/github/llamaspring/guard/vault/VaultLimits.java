package io.github.llamaspring.guard.vault;

import java.time.Duration;

/**
 * How much a {@link Vault} remembers.
 *
 * @param idle a conversation not used for this long is forgotten
 * @param maxConversations remembered at once; the one not used for longest is forgotten
 * first
 * @param maxValues of one conversation; further ones get no placeholder
 */
public record VaultLimits(Duration idle, int maxConversations, int maxValues) {

	/** 30 minutes, 10,000 conversations, 256 values each. */
	public static final VaultLimits DEFAULTS = new VaultLimits(Duration.ofMinutes(30), 10_000, 256);

	public VaultLimits {
		if (idle.isNegative() || idle.isZero()) {
			throw new IllegalArgumentException("the idle time of the vault must be longer than 0, not " + idle);
		}
		if (maxConversations < 1) {
			throw new IllegalArgumentException("max-conversations must be 1 or more, not " + maxConversations);
		}
		if (maxValues < 1) {
			throw new IllegalArgumentException("max-values must be 1 or more, not " + maxValues);
		}
	}

}
