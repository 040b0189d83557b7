package io.github.llamaspring.boot.autoconfigure;

import java.util.concurrent.locks.ReentrantLock;

import io.github.llamaspring.boot.engine.EngineStatus;
import io.github.llamaspring.boot.engine.LlamaEngine;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Keeps the application's readiness down until the model is there: Spring Boot reports
 * "accepting traffic" as soon as the context is up, which is too early with a background
 * start.
 */
final class EngineReadiness implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {

	private final LlamaEngine engine;

	private final ApplicationContext context;

	/**
	 * Held while a change is told too: told by two threads, the older could come last and
	 * stay. Who hears of it may answer with a change of their own.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	private boolean wanted;

	private boolean refused;

	EngineReadiness(LlamaEngine engine, ApplicationContext context) {
		this.engine = engine;
		this.context = context;
		engine.onStatus((_) -> update());
	}

	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
		if (event.getSource() == this) {
			return;
		}
		this.lock.lock();
		try {
			this.wanted = event.getState() == ReadinessState.ACCEPTING_TRAFFIC;
			this.refused = false;
			update();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void update() {
		this.lock.lock();
		try {
			boolean ready = this.engine.status() instanceof EngineStatus.Ready;
			if (this.wanted && ready == this.refused) {
				this.refused = !ready;
				this.context.publishEvent(new AvailabilityChangeEvent<>(this,
						ready ? ReadinessState.ACCEPTING_TRAFFIC : ReadinessState.REFUSING_TRAFFIC));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
