package io.github.llamaspring.boot.summary;

import java.util.Objects;
import java.util.function.Consumer;

import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.core.sampling.SamplingOptions;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * One {@link SummaryRun} a request.
 */
final class MapReduceSummaryFacade implements SummaryFacade {

	private final LlamaEngine engine;

	private final GuardedEngine guarded;

	private final SamplingOptions sampling;

	private final int maxTokens;

	MapReduceSummaryFacade(LlamaEngine engine, GuardedEngine guarded, SamplingOptions sampling, int maxTokens) {
		if (maxTokens < 1) {
			throw new IllegalArgumentException("max-tokens must be 1 or more, not " + maxTokens);
		}
		this.engine = engine;
		this.guarded = guarded;
		this.sampling = sampling;
		this.maxTokens = maxTokens;
	}

	@Override
	public Summary summarize(SummaryRequest request) {
		Summary[] summary = new Summary[1];
		run(request, (event) -> {
			if (event instanceof SummaryEvent.Completed completed) {
				summary[0] = completed.summary();
			}
		});
		return Objects.requireNonNull(summary[0]);
	}

	/**
	 * The steps wait for the engine, so they run on a thread that may wait; cancelling
	 * interrupts it, which stops the engine.
	 */
	@Override
	public Flux<SummaryEvent> stream(SummaryRequest request) {
		return Flux.<SummaryEvent>create((sink) -> {
			try {
				run(request, sink::next);
				sink.complete();
			}
			catch (RuntimeException ex) {
				if (!sink.isCancelled()) {
					sink.error(ex);
				}
			}
		}).subscribeOn(Schedulers.boundedElastic(), false);
	}

	private void run(SummaryRequest request, Consumer<SummaryEvent> events) {
		new SummaryRun(this.engine.model(), this.guarded, this.sampling, this.maxTokens, request, events).run();
	}

}
