package io.github.llamaspring.boot.actuate;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.PolicyDifference;
import io.github.llamaspring.guard.ShadowListener;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.audit.AsyncAuditSink;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often policies were read anew, what a policy in shadow says beside the live
 * one, and what became of audit events.
 */
public final class LlamaGuardMetrics implements MeterBinder, ShadowListener {

	private final Guards guards;

	private final @Nullable AsyncAuditSink audit;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	/**
	 * @param audit whose events are counted too; null without
	 */
	public LlamaGuardMetrics(Guards guards, @Nullable AsyncAuditSink audit) {
		this.guards = guards;
		this.audit = audit;
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
		AsyncAuditSink sink = this.audit;
		if (sink != null) {
			count(registry, sink, "written", AsyncAuditSink::written);
			count(registry, sink, "dropped", AsyncAuditSink::dropped);
			count(registry, sink, "failed", AsyncAuditSink::failed);
		}
	}

	private static void count(MeterRegistry registry, AsyncAuditSink sink, String outcome,
			ToDoubleFunction<AsyncAuditSink> number) {
		FunctionCounter.builder("llama.guard.audit.events", sink, number)
			.description("Audit events kept, dropped because too many waited, or refused by their store")
			.tag("outcome", outcome)
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
