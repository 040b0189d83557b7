package io.github.llamaspring.boot.autoconfigure;

import java.util.Objects;

import io.github.llamaspring.boot.actuate.LlamaEmbeddingHealthIndicator;
import io.github.llamaspring.boot.ai.LlamaEmbeddingModel;
import io.github.llamaspring.boot.ai.LlamaTextSplitter;
import io.github.llamaspring.boot.ai.LlamaTokenCountEstimator;
import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.core.ModelOptions;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.ai.tokenizer.TokenCountEstimator;
import org.springframework.ai.transformer.splitter.TextSplitter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;

/**
 * The embedding model and what belongs to it, whichever chat model there is. An
 * application with an embedding model of its own, or another provider's, gets none of
 * this. Last of all providers; vector stores take the model when they are made, so their
 * order does not matter. Nothing is fetched or loaded here unless the properties say so.
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnProperty(name = "spring.ai.model.embedding", havingValue = "llama-java", matchIfMissing = true)
@ConditionalOnMissingBean(EmbeddingModel.class)
@EnableConfigurationProperties(LlamaProperties.class)
public final class LlamaEmbeddingAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	EmbeddingEngine llamaEmbeddingEngine(LlamaProperties properties) {
		LlamaProperties.Embedding embedding = properties.embedding();
		return EmbeddingEngine.of(embedding.model(),
				ModelOptions.DEFAULTS.withKernel(Objects.requireNonNullElse(embedding.kernel(), properties.kernel()))
					.withThreads(Objects.requireNonNullElse(embedding.threads(), properties.threads())));
	}

	@Bean
	@Lazy(false)
	@ConditionalOnProperty(name = "llama.embedding.startup", havingValue = "background")
	SmartInitializingSingleton llamaEmbeddingStarter(EmbeddingEngine engine) {
		return engine::loadInBackground;
	}

	@Bean
	LlamaEmbeddingModel llamaEmbeddingModel(EmbeddingEngine engine, LlamaProperties properties,
			ObjectProvider<ObservationRegistry> observations,
			ObjectProvider<EmbeddingModelObservationConvention> convention) {
		return new LlamaEmbeddingModel(engine, properties.embedding().prefixes(),
				observations.getIfUnique(() -> ObservationRegistry.NOOP), convention.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean
	TokenCountEstimator llamaTokenCountEstimator(EmbeddingEngine engine) {
		return LlamaTokenCountEstimator.of(engine);
	}

	@Bean
	@ConditionalOnMissingBean(TextSplitter.class)
	LlamaTextSplitter llamaTextSplitter(EmbeddingEngine engine, LlamaProperties properties) {
		LlamaProperties.Embedding embedding = properties.embedding();
		return new LlamaTextSplitter(engine, embedding.chunkTokens(), embedding.chunkOverlap());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "llamaEmbeddingHealthIndicator")
		@ConditionalOnEnabledHealthIndicator("llamaEmbedding")
		LlamaEmbeddingHealthIndicator llamaEmbeddingHealthIndicator(EmbeddingEngine engine) {
			return new LlamaEmbeddingHealthIndicator(engine);
		}

	}

}
