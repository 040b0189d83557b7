package io.github.llamaspring.boot.guard;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What people wrote last, by conversation, the least recently used first. Capped and
 * expiring. Thread-safe.
 */
final class TurnMemories {

	private static final int MOST = 1000;

	private static final Duration EXPIRY = Duration.ofMinutes(30);

	private final InstantSource clock;

	private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

	TurnMemories(InstantSource clock) {
		this.clock = clock;
	}

	/**
	 * @param conversation its id; without one nothing is remembered
	 */
	synchronized TurnMemory of(@Nullable Object conversation) {
		if (conversation == null) {
			return new TurnMemory();
		}
		String id = conversation.toString();
		long now = this.clock.millis();
		evict(now - EXPIRY.toMillis());
		Entry before = this.entries.get(id);
		TurnMemory turns = (before != null) ? before.turns() : new TurnMemory();
		this.entries.put(id, new Entry(turns, now));
		evict(now - EXPIRY.toMillis());
		return turns;
	}

	private void evict(long oldest) {
		Iterator<Entry> inOrder = this.entries.values().iterator();
		while (inOrder.hasNext()) {
			if (inOrder.next().lastUse() >= oldest && this.entries.size() <= MOST) {
				return;
			}
			inOrder.remove();
		}
	}

	private record Entry(TurnMemory turns, long lastUse) {
	}

}
