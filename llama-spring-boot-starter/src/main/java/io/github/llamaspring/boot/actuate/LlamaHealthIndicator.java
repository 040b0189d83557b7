package io.github.llamaspring.boot.actuate;

import io.github.llamaspring.boot.engine.EngineStatus;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.resilience.EngineGate;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up when the model answers, out of service until it is there (and why, if it never will
 * be), down when the engine fails again and again.
 */
public final class LlamaHealthIndicator extends AbstractHealthIndicator {

	private final LlamaEngine engine;

	private final EngineGate gate;

	public LlamaHealthIndicator(LlamaEngine engine, EngineGate gate) {
		super("The health of the engine could not be read");
		this.engine = engine;
		this.gate = gate;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.withDetail("reference", this.engine.reference());
		switch (this.engine.status()) {
			case EngineStatus.Stopped _ -> builder.outOfService().withDetail("why", "The engine is not running");
			case EngineStatus.Fetching fetching -> builder.outOfService()
				.withDetail("why", "The model is being fetched")
				.withDetail("bytes", fetching.bytes())
				.withDetail("total", fetching.total());
			case EngineStatus.Loading loading -> builder.outOfService()
				.withDetail("why", "The model is being loaded")
				.withDetail("fraction", loading.fraction());
			case EngineStatus.Failed failed -> builder.outOfService().withDetail("why", failed.reason());
			case EngineStatus.Ready ready -> ready(builder, ready);
		}
	}

	private void ready(Health.Builder builder, EngineStatus.Ready ready) {
		boolean broken = "OPEN".equals(this.gate.circuit());
		if (broken) {
			builder.down().withDetail("why", "The engine failed several times and is left alone for a while");
		}
		else {
			builder.up();
		}
		builder.withDetail("model", ready.name())
			.withDetail("kernel", ready.model().kernel())
			.withDetail("accelerator", ready.model().accelerator())
			.withDetail("threads", ready.model().threads())
			.withDetail("contextLength", ready.contextLength())
			.withDetail("slots", this.gate.slots())
			.withDetail("running", this.gate.running())
			.withDetail("queued", this.gate.queued())
			.withDetail("circuit", this.gate.circuit());
	}

}
