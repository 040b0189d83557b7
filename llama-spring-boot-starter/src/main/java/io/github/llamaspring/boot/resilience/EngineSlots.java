package io.github.llamaspring.boot.resilience;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.LlamaSession;
import org.jspecify.annotations.Nullable;

/**
 * The engine's sessions. A conversation gets the session back that it had, where that is
 * free: what it holds of the conversation is then not computed again.
 */
final class EngineSlots implements AutoCloseable {

	private final List<Slot> slots = new ArrayList<>();

	private long uses;

	EngineSlots(int count) {
		for (int i = 0; i < count; i++) {
			this.slots.add(new Slot());
		}
	}

	int count() {
		return this.slots.size();
	}

	/**
	 * A free slot; the gate never asks for more than there are.
	 */
	synchronized Slot take(@Nullable String affinity) {
		Slot best = null;
		for (Slot slot : this.slots) {
			if (slot.taken) {
				continue;
			}
			if (affinity != null && Objects.equals(slot.affinity, affinity)) {
				best = slot;
				break;
			}
			if (best == null || slot.lastUse < best.lastUse) {
				best = slot;
			}
		}
		Slot free = Objects.requireNonNull(best, "a free slot");
		free.taken = true;
		free.affinity = affinity;
		free.lastUse = ++this.uses;
		return free;
	}

	synchronized void giveBack(Slot slot) {
		slot.taken = false;
	}

	@Override
	public synchronized void close() {
		this.slots.forEach(Slot::discard);
	}

	/**
	 * One session, used by one job at a time.
	 */
	static final class Slot {

		private boolean taken;

		private @Nullable String affinity;

		private long lastUse;

		private @Nullable LlamaSession session;

		LlamaSession session(LlamaModel model) {
			LlamaSession current = this.session;
			if (current == null) {
				current = model.newSession();
				this.session = current;
			}
			return current;
		}

		/**
		 * Closes the session; the next user gets a new one.
		 */
		void discard() {
			LlamaSession current = this.session;
			this.session = null;
			if (current != null) {
				current.close();
			}
		}

	}

}
