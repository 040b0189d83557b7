package io.github.llamaspring.examples.supportchat.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.github.llamaspring.boot.chat.ChatFacade;
import io.github.llamaspring.examples.supportchat.SupportChatProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The conversations this server knows. Ids are made by the chat facade and cannot be
 * guessed; an id from elsewhere is never accepted. There are at most so many, and idle
 * ones are forgotten. Thread-safe.
 */
@Component
final class Conversations {

	private final ChatFacade chat;

	private final int most;

	private final long idleNanos;

	private final LongSupplier clock;

	/** In the order of their last use. */
	private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

	@Autowired
	Conversations(ChatFacade chat, SupportChatProperties properties) {
		this(chat, properties.maxConversations(), properties.conversationIdle(), System::nanoTime);
	}

	Conversations(ChatFacade chat, int most, Duration idle, LongSupplier clock) {
		this.chat = chat;
		this.most = most;
		this.idleNanos = idle.toNanos();
		this.clock = clock;
	}

	/**
	 * The conversation with this id, or a new one where there is none (any more).
	 */
	String findOrCreate(@Nullable String id) {
		if (id != null && exists(id)) {
			return id;
		}
		String created = this.chat.newConversation().id();
		List<String> forgotten;
		synchronized (this.entries) {
			this.entries.put(created, new Entry(this.clock.getAsLong()));
			forgotten = removeOldest();
		}
		forgotten.forEach(this::forget);
		return created;
	}

	boolean exists(String id) {
		List<String> forgotten;
		boolean known;
		synchronized (this.entries) {
			forgotten = removeIdle();
			Entry entry = this.entries.get(id);
			known = entry != null;
			if (entry != null) {
				entry.lastUse = this.clock.getAsLong();
			}
		}
		forgotten.forEach(this::forget);
		return known;
	}

	/**
	 * Waits for the conversation's running turn to end, because people send the next
	 * question just after they stopped an answer.
	 * @return whether the turn may begin; then {@link #endTurn} must follow
	 */
	boolean beginTurn(String id, Duration patience) {
		Semaphore turn = turn(id);
		try {
			return turn != null && turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	void endTurn(String id) {
		Semaphore turn = turn(id);
		if (turn != null) {
			turn.release();
		}
	}

	/**
	 * Forgets the conversation and stops its answer.
	 */
	void remove(String id) {
		synchronized (this.entries) {
			this.entries.remove(id);
		}
		forget(id);
	}

	private @Nullable Semaphore turn(String id) {
		synchronized (this.entries) {
			Entry entry = this.entries.get(id);
			return (entry != null) ? entry.turn : null;
		}
	}

	private List<String> removeIdle() {
		long now = this.clock.getAsLong();
		List<String> idle = this.entries.entrySet()
			.stream()
			.filter((entry) -> now - entry.getValue().lastUse > this.idleNanos)
			.map(Map.Entry::getKey)
			.toList();
		idle.forEach(this.entries::remove);
		return idle;
	}

	private List<String> removeOldest() {
		List<String> oldest = new ArrayList<>(removeIdle());
		while (this.entries.size() > this.most) {
			oldest.add(this.entries.pollFirstEntry().getKey());
		}
		return oldest;
	}

	private void forget(String id) {
		this.chat.conversation(id).cancel();
		this.chat.conversation(id).clear();
	}

	private static final class Entry {

		private final Semaphore turn = new Semaphore(1, true);

		private long lastUse;

		Entry(long lastUse) {
			this.lastUse = lastUse;
		}

	}

}
