package io.github.llamaspring.boot.vr;

import java.util.Optional;

import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;

/**
 * Real-time characters: what they say comes in moderated sentences, the unit of speech
 * synthesis, and a player can cut in at any time. Thread-safe.
 */
public interface VrDialogueFacade {

	/**
	 * A facade on an engine.
	 */
	static VrDialogueFacade of(LlamaEngine engine, GuardedEngine guarded, VrSettings settings) {
		return new DefaultVrDialogueFacade(engine, guarded, settings);
	}

	/**
	 * Opens a session.
	 * @throws io.github.llamaspring.boot.resilience.EngineBusyException where too many
	 * are open
	 */
	VrSession open(VrSessionSpec spec);

	/**
	 * An open session.
	 */
	Optional<VrSession> find(String id);

}
