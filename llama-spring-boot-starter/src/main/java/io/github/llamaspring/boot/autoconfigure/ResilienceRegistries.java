package io.github.llamaspring.boot.autoconfigure;

import io.github.llamaspring.boot.resilience.GateLimits;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The application's own registries where it has them: its settings for the name
 * {@code llama} then win. Metrics are bound only for registries made here; others are
 * bound by whoever made them.
 */
final class ResilienceRegistries {

	/** Name of our instances, as in {@code resilience4j.bulkhead.instances.llama}. */
	static final String NAME = "llama";

	/** Name of the judge's circuit breaker. */
	static final String JUDGE = "llama-judge";

	private final @Nullable BulkheadRegistry ownBulkheads;

	private final @Nullable CircuitBreakerRegistry ownBreakers;

	private final Bulkhead bulkhead;

	private final CircuitBreaker circuitBreaker;

	private final CircuitBreaker judgeBreaker;

	ResilienceRegistries(@Nullable BulkheadRegistry bulkheads, @Nullable CircuitBreakerRegistry breakers,
			GateLimits limits, LlamaProperties.Breaker settings) {
		BulkheadRegistry bulkheadRegistry = (bulkheads != null) ? bulkheads : BulkheadRegistry.ofDefaults();
		CircuitBreakerRegistry breakerRegistry = (breakers != null) ? breakers : CircuitBreakerRegistry.ofDefaults();
		this.ownBulkheads = (bulkheads != null) ? null : bulkheadRegistry;
		this.ownBreakers = (breakers != null) ? null : breakerRegistry;
		this.bulkhead = bulkheadRegistry.bulkhead(NAME,
				BulkheadConfig.custom().maxConcurrentCalls(limits.slots()).build());
		CircuitBreakerConfig breaker = CircuitBreakerConfig.custom()
			.slidingWindowSize(settings.window())
			.minimumNumberOfCalls(settings.minimumCalls())
			.failureRateThreshold(settings.failureRate())
			.waitDurationInOpenState(settings.open())
			.permittedNumberOfCallsInHalfOpenState(2)
			.build();
		this.circuitBreaker = breakerRegistry.circuitBreaker(NAME, breaker);
		this.judgeBreaker = breakerRegistry.circuitBreaker(JUDGE, breaker);
	}

	Bulkhead bulkhead() {
		return this.bulkhead;
	}

	CircuitBreaker circuitBreaker() {
		return this.circuitBreaker;
	}

	CircuitBreaker judgeBreaker() {
		return this.judgeBreaker;
	}

	@Nullable BulkheadRegistry ownBulkheads() {
		return this.ownBulkheads;
	}

	@Nullable CircuitBreakerRegistry ownBreakers() {
		return this.ownBreakers;
	}

}
