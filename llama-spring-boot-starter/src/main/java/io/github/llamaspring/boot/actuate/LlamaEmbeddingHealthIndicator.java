package io.github.llamaspring.boot.actuate;

import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.boot.engine.EngineStatus;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up when the embedding model is there; unknown, which does no harm to the application's
 * health, until it is needed and while it comes, because requests wait for it; out of
 * service, and why, where it could not be loaded the last time.
 */
public final class LlamaEmbeddingHealthIndicator extends AbstractHealthIndicator {

	private final EmbeddingEngine engine;

	public LlamaEmbeddingHealthIndicator(EmbeddingEngine engine) {
		super("The health of the embedding model could not be read");
		this.engine = engine;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.withDetail("reference", this.engine.reference());
		switch (this.engine.status()) {
			case EngineStatus.Stopped _ -> builder.unknown().withDetail("state", "not loaded");
			case EngineStatus.Fetching fetching -> builder.unknown()
				.withDetail("state", "fetching")
				.withDetail("bytes", fetching.bytes())
				.withDetail("total", fetching.total());
			case EngineStatus.Loading loading ->
				builder.unknown().withDetail("state", "loading").withDetail("fraction", loading.fraction());
			case EngineStatus.Failed failed ->
				builder.outOfService().withDetail("state", "failed").withDetail("why", failed.reason());
			case EngineStatus.Ready ready -> {
				builder.up()
					.withDetail("state", "ready")
					.withDetail("model", ready.name())
					.withDetail("kernel", ready.model().kernel())
					.withDetail("threads", ready.model().threads())
					.withDetail("windowTokens", ready.contextLength());
				this.engine.knownDimensions().ifPresent((dimensions) -> builder.withDetail("dimensions", dimensions));
			}
		}
	}

}
