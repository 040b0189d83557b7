package io.github.llamaspring.boot.chat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The conversations by id, the least recently used first. Capped and expiring.
 * Thread-safe.
 */
final class ConversationStore {

	private final int capacity;

	private final Duration expiry;

	private final InstantSource clock;

	private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

	ConversationStore(int capacity, Duration expiry, InstantSource clock) {
		this.capacity = capacity;
		this.expiry = expiry;
		this.clock = clock;
	}

	synchronized Optional<ConversationState> find(String id) {
		evict();
		Entry entry = this.entries.get(id);
		if (entry == null) {
			return Optional.empty();
		}
		entry.lastUse = this.clock.millis();
		return Optional.of(entry.state);
	}

	synchronized ConversationState findOrCreate(String id) {
		return find(id).orElseGet(() -> {
			Entry entry = new Entry(this.clock.millis());
			this.entries.put(id, entry);
			evict();
			return entry.state;
		});
	}

	synchronized int size() {
		evict();
		return this.entries.size();
	}

	private void evict() {
		long oldest = this.clock.millis() - this.expiry.toMillis();
		Iterator<Entry> inOrder = this.entries.values().iterator();
		while (inOrder.hasNext()) {
			Entry entry = inOrder.next();
			if (entry.lastUse >= oldest && this.entries.size() <= this.capacity) {
				return;
			}
			inOrder.remove();
		}
	}

	private static final class Entry {

		private final ConversationState state = new ConversationState();

		private long lastUse;

		Entry(long lastUse) {
			this.lastUse = lastUse;
		}

	}

}
