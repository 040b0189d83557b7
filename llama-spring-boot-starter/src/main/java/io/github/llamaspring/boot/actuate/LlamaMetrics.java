package io.github.llamaspring.boot.actuate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.github.llamaspring.boot.ai.LlamaChatModel;
import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.boot.resilience.EngineGate;
import io.github.llamaspring.boot.resilience.GateObserver;
import io.github.llamaspring.boot.resilience.Outcome;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * What Spring AI does not measure: the time to the first token, tokens also of cancelled
 * generations, the queue, and the guard's verdicts.
 */
public final class LlamaMetrics implements MeterBinder, GateObserver, Moderation.VerdictObserver {

	private final EngineGate gate;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	/**
	 * Metrics of a gate; whoever makes them lets the gate know.
	 */
	public LlamaMetrics(EngineGate gate) {
		this.gate = gate;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		Gauge.builder("llama.engine.queue", this.gate, EngineGate::queued)
			.description("Requests that wait for the engine")
			.register(registry);
		Gauge.builder("llama.engine.running", this.gate, EngineGate::running)
			.description("Generations that run")
			.register(registry);
	}

	private void record(Consumer<MeterRegistry> measurement) {
		this.registries.forEach(measurement);
	}

	@Override
	public void onFirstToken(Duration sinceSubmitted) {
		record((registry) -> Timer.builder("gen_ai.client.operation.time_to_first_chunk")
			.description("From the request, the queue included, to the first token")
			.tag("gen_ai.operation.name", "chat")
			.tag("gen_ai.system", LlamaChatModel.PROVIDER)
			.register(registry)
			.record(sinceSubmitted));
	}

	@Override
	public void onCompleted(Outcome outcome) {
		record((registry) -> {
			registry.counter("llama.engine.generations", "outcome", outcome.finishReason()).increment();
			registry.counter("llama.engine.tokens", "type", "prompt").increment(outcome.usage().promptTokens());
			registry.counter("llama.engine.tokens", "type", "completion").increment(outcome.usage().completionTokens());
			registry.counter("llama.engine.tokens", "type", "cached").increment(outcome.usage().cachedTokens());
		});
	}

	@Override
	public void onFailed(Throwable failure) {
		record((registry) -> registry.counter("llama.engine.generations", "outcome", "failed").increment());
	}

	@Override
	public void onRejected() {
		record((registry) -> registry.counter("llama.engine.generations", "outcome", "rejected").increment());
	}

	@Override
	public void onVerdict(Stage stage, Verdict verdict) {
		String category = verdict.category();
		record((registry) -> registry
			.counter("llama.guard.verdicts", "stage", stage.name(), "action", verdict.action().name(), "category",
					(category != null) ? category : "none")
			.increment());
	}

}
