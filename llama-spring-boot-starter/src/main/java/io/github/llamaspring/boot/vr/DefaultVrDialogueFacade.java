package io.github.llamaspring.boot.vr;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.boot.resilience.EngineBusyException;

/**
 * The open sessions, capped and expiring.
 */
final class DefaultVrDialogueFacade implements VrDialogueFacade, AutoCloseable {

	private static final SecureRandom random = new SecureRandom();

	private final LlamaEngine engine;

	private final GuardedEngine guarded;

	private final VrSettings settings;

	private final Map<String, DefaultVrSession> sessions = new HashMap<>();

	DefaultVrDialogueFacade(LlamaEngine engine, GuardedEngine guarded, VrSettings settings) {
		this.engine = engine;
		this.guarded = guarded;
		this.settings = settings;
	}

	@Override
	public VrSession open(VrSessionSpec spec) {
		closeExpired();
		byte[] bits = new byte[18];
		random.nextBytes(bits);
		String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
		DefaultVrSession session = new DefaultVrSession(id, spec, this.engine, this.guarded, this.settings,
				this::remove);
		synchronized (this.sessions) {
			if (this.sessions.size() >= this.settings.maxSessions()) {
				throw new EngineBusyException("All " + this.settings.maxSessions() + " sessions are taken",
						Duration.ofSeconds(30));
			}
			this.sessions.put(id, session);
		}
		return session;
	}

	@Override
	public Optional<VrSession> find(String id) {
		closeExpired();
		synchronized (this.sessions) {
			return Optional.ofNullable(this.sessions.get(id));
		}
	}

	private void remove(String id) {
		synchronized (this.sessions) {
			this.sessions.remove(id);
		}
	}

	private List<DefaultVrSession> all() {
		synchronized (this.sessions) {
			return List.copyOf(this.sessions.values());
		}
	}

	private void closeExpired() {
		long oldest = System.nanoTime() - this.settings.expiry().toNanos();
		all().stream().filter((session) -> session.lastUse() - oldest < 0).forEach(DefaultVrSession::close);
	}

	@Override
	public void close() {
		all().forEach(DefaultVrSession::close);
	}

}
