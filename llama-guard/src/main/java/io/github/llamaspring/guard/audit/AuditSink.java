package io.github.llamaspring.guard.audit;

import java.util.List;

/**
 * Takes events, to keep or pass them on. Thread-safe.
 */
@FunctionalInterface
public interface AuditSink {

	/**
	 * Takes an event.
	 */
	void accept(GuardEvent event);

	/**
	 * Takes several events in their order; a sink that is quicker that way overrides
	 * this.
	 */
	default void acceptAll(List<GuardEvent> events) {
		events.forEach(this::accept);
	}

}
