package io.github.llamaspring.guard.audit;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/**
 * Random ids that are ordered by time (RFC 9562, version 7), so that a database's index
 * grows at its end. Thread-safe.
 */
public final class EventIds {

	private static final SecureRandom RANDOM = new SecureRandom();

	private EventIds() {
	}

	/**
	 * An id: 48 bits of milliseconds, 74 random ones.
	 */
	public static UUID next(Instant time) {
		long high = (time.toEpochMilli() << 16) | 0x7000L | (RANDOM.nextLong() & 0xFFF);
		long low = (RANDOM.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
		return new UUID(high, low);
	}

}
