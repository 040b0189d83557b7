package io.github.llamaspring.boot.actuate;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.PolicyDifference;
import io.github.llamaspring.guard.ShadowListener;
import io.github.llamaspring.guard.Stage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Counts how often policies were read anew, and what a policy in shadow says beside the
 * live one.
 */
public final class LlamaGuardMetrics implements MeterBinder, ShadowListener {

	private final Guards guards;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	public LlamaGuardMetrics(Guards guards) {
		this.guards = guards;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		FunctionCounter.builder("llama.guard.reloads", this.guards, (each) -> each.status().reloads())
			.description("Policies read anew, or not because the files can't be used")
			.tag("outcome", "loaded")
			.register(registry);
		FunctionCounter.builder("llama.guard.reloads", this.guards, (each) -> each.status().failures())
			.description("Policies read anew, or not because the files can't be used")
			.tag("outcome", "failed")
			.register(registry);
	}

	@Override
	public void onAgreement(Stage stage, Action action) {
		count(stage, action.name(), action.name(), "same");
	}

	@Override
	public void onDifference(PolicyDifference difference) {
		count(difference.stage(), difference.live().action().name(), difference.shadow().action().name(), "different");
	}

	@Override
	public void onFailure(Stage stage, Throwable failure) {
		count(stage, "none", "none", "failed");
	}

	private void count(Stage stage, String live, String shadow, String outcome) {
		this.registries.forEach((registry) -> registry
			.counter("llama.guard.shadow", "stage", stage.name(), "live", live, "shadow", shadow, "outcome", outcome)
			.increment());
	}

}
