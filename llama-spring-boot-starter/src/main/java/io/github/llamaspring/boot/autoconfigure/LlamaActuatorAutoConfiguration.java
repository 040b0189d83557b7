package io.github.llamaspring.boot.autoconfigure;

import io.github.llamaspring.boot.actuate.LlamaGuardHealthIndicator;
import io.github.llamaspring.boot.actuate.LlamaGuardMetrics;
import io.github.llamaspring.boot.actuate.LlamaHealthIndicator;
import io.github.llamaspring.boot.actuate.LlamaMetrics;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.resilience.EngineGate;
import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.audit.AsyncAuditSink;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Health and metrics, where our engine and the actuator's parts are.
 */
@AutoConfiguration(after = LlamaAutoConfiguration.class)
@ConditionalOnBean({ LlamaEngine.class, EngineGate.class })
public final class LlamaActuatorAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "llamaHealthIndicator")
		@ConditionalOnEnabledHealthIndicator("llama")
		LlamaHealthIndicator llamaHealthIndicator(LlamaEngine engine, EngineGate gate) {
			return new LlamaHealthIndicator(engine, gate);
		}

		@Bean
		@ConditionalOnBean(Guards.class)
		@ConditionalOnMissingBean(name = "llamaGuardHealthIndicator")
		@ConditionalOnEnabledHealthIndicator("llamaGuard")
		LlamaGuardHealthIndicator llamaGuardHealthIndicator(Guards guards) {
			return new LlamaGuardHealthIndicator(guards);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		LlamaMetrics llamaMetrics(EngineGate gate) {
			LlamaMetrics metrics = new LlamaMetrics(gate);
			gate.observe(metrics);
			return metrics;
		}

		@Bean
		@ConditionalOnBean(Guards.class)
		@ConditionalOnMissingBean
		LlamaGuardMetrics llamaGuardMetrics(Guards guards, ObjectProvider<AsyncAuditSink> audit) {
			return new LlamaGuardMetrics(guards, audit.getIfAvailable());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ MeterBinder.class, TaggedBulkheadMetrics.class })
	@ConditionalOnBean(ResilienceRegistries.class)
	static class ResilienceMetricsConfiguration {

		@Bean
		MeterBinder llamaResilienceMetrics(ResilienceRegistries registries) {
			return (meters) -> {
				BulkheadRegistry bulkheads = registries.ownBulkheads();
				if (bulkheads != null) {
					TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(meters);
				}
				CircuitBreakerRegistry breakers = registries.ownBreakers();
				if (breakers != null) {
					TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(meters);
				}
			};
		}

	}

}
