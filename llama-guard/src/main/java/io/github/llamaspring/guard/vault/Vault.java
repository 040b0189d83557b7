package io.github.llamaspring.guard.vault;

import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Keeps personal data out of a model's sight: each value of a conversation has a
 * placeholder such as {@code [EMAIL_1]}, the same one each time, however the value is
 * written. A placeholder means something in its own conversation only. Thread-safe.
 *
 * <p>
 * Values are kept in memory, for a limited time: a conversation that nobody uses is
 * forgotten, and so is the one not used for longest where there are too many. Its numbers
 * are not given out again soon, so that an old placeholder in some chat memory stays a
 * word without a value. Values never show in {@code toString()}, exceptions or logs.
 */
public final class Vault {

	/** Conversations whose highest number is remembered, as a multiple of the others. */
	private static final int FORMER = 16;

	private final VaultLimits limits;

	private final InstantSource clock;

	private final Map<String, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

	/** By hash of the id: two that share one only start at a higher number. */
	private final Map<Integer, Integer> formerNumbers;

	Vault(VaultLimits limits, InstantSource clock) {
		this.limits = limits;
		this.clock = clock;
		this.formerNumbers = new LinkedHashMap<>() {

			private static final long serialVersionUID = 1L;

			@Override
			protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
				return size() > (long) FORMER * limits.maxConversations();
			}
		};
	}

	/**
	 * A vault with {@link VaultLimits#DEFAULTS}.
	 */
	public static Vault inMemory() {
		return inMemory(VaultLimits.DEFAULTS);
	}

	public static Vault inMemory(VaultLimits limits) {
		return new Vault(limits, InstantSource.system());
	}

	/**
	 * The placeholder of a value in a conversation.
	 * @param category kind of the value, such as {@code EMAIL}
	 * @param given whether it came from outside of the model; what only the model ever
	 * wrote is not shown to people
	 * @return such as {@code [EMAIL_1]}; null where the conversation has no room for
	 * another value
	 */
	public @Nullable String conceal(String conversation, String category, String value, boolean given) {
		return open(conversation).conceal(category, value, given);
	}

	/**
	 * The placeholder that a value has or would get, for who only watches: nothing is
	 * kept, so two new values may be given the same one.
	 * @return as {@link #conceal}
	 */
	public @Nullable String preview(String conversation, String category, String value) {
		ConversationValues known = find(conversation);
		return ((known != null) ? known : fresh(conversation)).preview(category, value);
	}

	/**
	 * Opens a text of a conversation in which placeholders become values again.
	 */
	public VaultStream stream(String conversation, Disclosure disclosure) {
		find(conversation);
		return new VaultStream(this, conversation, disclosure);
	}

	/**
	 * A whole text with values in place of placeholders. Placeholders of other
	 * conversations, unknown ones and those that may not be disclosed stay as they are.
	 */
	public String restore(String conversation, String text, Disclosure disclosure) {
		VaultStream stream = stream(conversation, disclosure);
		return stream.feed(text) + stream.finish();
	}

	/**
	 * Forgets a conversation at once.
	 */
	public synchronized void forget(String conversation) {
		this.slots.remove(conversation);
	}

	/**
	 * How many conversations have values now.
	 */
	public synchronized int conversations() {
		evict();
		return this.slots.size();
	}

	private synchronized ConversationValues open(String conversation) {
		ConversationValues known = find(conversation);
		if (known != null) {
			return known;
		}
		Slot slot = new Slot(fresh(conversation), this.clock.millis());
		this.slots.put(conversation, slot);
		evict();
		return slot.values;
	}

	private synchronized ConversationValues fresh(String conversation) {
		int floor = this.formerNumbers.getOrDefault(conversation.hashCode(), 0);
		return new ConversationValues(this.limits.maxValues(), floor);
	}

	synchronized @Nullable ConversationValues find(String conversation) {
		evict();
		Slot slot = this.slots.get(conversation);
		if (slot == null) {
			return null;
		}
		slot.lastUse = this.clock.millis();
		return slot.values;
	}

	private void evict() {
		long oldest = this.clock.millis() - this.limits.idle().toMillis();
		Iterator<Map.Entry<String, Slot>> inOrder = this.slots.entrySet().iterator();
		while (inOrder.hasNext()) {
			Map.Entry<String, Slot> next = inOrder.next();
			if (next.getValue().lastUse >= oldest && this.slots.size() <= this.limits.maxConversations()) {
				return;
			}
			this.formerNumbers.merge(next.getKey().hashCode(), next.getValue().values.highest(), Math::max);
			inOrder.remove();
		}
	}

	private static final class Slot {

		private final ConversationValues values;

		private long lastUse;

		Slot(ConversationValues values, long lastUse) {
			this.values = values;
			this.lastUse = lastUse;
		}

	}

}
