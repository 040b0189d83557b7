package io.github.llamaspring.boot.actuate;

import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.PolicyInfo;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up while the policy files are in use; down, and why and since when, while changed files
 * can't be used. Moderation then goes on by the policy named here.
 */
public final class LlamaGuardHealthIndicator extends AbstractHealthIndicator {

	private final Guards guards;

	public LlamaGuardHealthIndicator(Guards guards) {
		super("The health of the moderation could not be read");
		this.guards = guards;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Guards.Status status = this.guards.status();
		Guards.Failure failure = status.failure();
		if (failure == null) {
			builder.up();
		}
		else {
			builder.down().withDetail("why", failure.message()).withDetail("since", failure.since());
			String file = failure.file();
			if (file != null) {
				builder.withDetail("file", file).withDetail("line", failure.line());
			}
		}
		PolicyInfo policy = status.policy();
		builder.withDetail("policy", policy.id())
			.withDetail("version", policy.version())
			.withDetail("hash", policy.hash())
			.withDetail("loadedAt", status.loadedAt());
		PolicyInfo shadow = status.shadow();
		if (shadow != null) {
			builder.withDetail("shadow", shadow.id() + " " + shadow.version() + " " + shadow.hash());
		}
	}

}
