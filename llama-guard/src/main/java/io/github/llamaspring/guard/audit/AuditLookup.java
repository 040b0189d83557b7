package io.github.llamaspring.guard.audit;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Finds events that were kept. Thread-safe.
 */
@FunctionalInterface
public interface AuditLookup {

	/**
	 * The event, or null where there is none with this id (any more).
	 */
	@Nullable GuardEvent find(UUID id);

}
