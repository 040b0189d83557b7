package io.github.llamaspring.boot.summary;

import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.core.sampling.SamplingOptions;
import reactor.core.publisher.Flux;

/**
 * Summaries of documents of any length: one that does not fit into the context is read in
 * parts, whose summaries are summarised until one is left (map-reduce). Thread-safe.
 */
public interface SummaryFacade {

	/**
	 * A facade on an engine.
	 * @param maxTokens the most tokens of a summary, and of that of a part
	 */
	static SummaryFacade of(LlamaEngine engine, GuardedEngine guarded, SamplingOptions sampling, int maxTokens) {
		return new MapReduceSummaryFacade(engine, guarded, sampling, maxTokens);
	}

	/**
	 * Summarises and waits for the end. Interrupting the thread stops the engine.
	 * @throws io.github.llamaspring.boot.engine.EngineUnavailableException where the
	 * engine cannot take it
	 */
	Summary summarize(SummaryRequest request);

	/**
	 * Summarises step by step. Cancelling the subscription stops the engine within a
	 * token.
	 */
	Flux<SummaryEvent> stream(SummaryRequest request);

}
