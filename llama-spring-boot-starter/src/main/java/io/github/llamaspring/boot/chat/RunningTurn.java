package io.github.llamaspring.boot.chat;

import io.github.llamaspring.boot.resilience.Ticket;
import org.jspecify.annotations.Nullable;

/**
 * A turn that can be stopped even before the engine has taken it in.
 */
final class RunningTurn {

	private @Nullable Ticket ticket;

	private boolean cancelled;

	void accepted(Ticket accepted) {
		boolean late;
		synchronized (this) {
			this.ticket = accepted;
			late = this.cancelled;
		}
		if (late) {
			accepted.cancel();
		}
	}

	void cancel() {
		Ticket current;
		synchronized (this) {
			this.cancelled = true;
			current = this.ticket;
		}
		if (current != null) {
			current.cancel();
		}
	}

}
