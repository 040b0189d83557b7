package io.github.llamaspring.examples.supportchat.knowledge;

import java.time.Duration;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The shop's texts, a vector store in memory for them, and the starter's embedding model
 * in it. Another store is another bean here.
 */
@Configuration(proxyBeanMethods = false)
class KnowledgeConfiguration {

	private static final Duration RETRY = Duration.ofMinutes(1);

	@Bean
	VectorStore vectorStore(EmbeddingModel embeddingModel) {
		return SimpleVectorStore.builder(embeddingModel).build();
	}

	@Bean
	MeaningIndex meaningIndex(VectorStore vectorStore) {
		return new MeaningIndex(vectorStore, ShopTexts.read(), ShopTexts.readSmallTalk(), RETRY);
	}

	@Bean
	KnowledgeBase knowledgeBase(MeaningIndex meaningIndex) {
		return new KnowledgeBase(ShopTexts.read(), meaningIndex);
	}

	/**
	 * Beside the chat model, not after it: a question that waits for the chat model is
	 * then already found by meaning.
	 */
	@Bean
	ApplicationListener<ApplicationReadyEvent> meaningIndexFiller(MeaningIndex meaningIndex) {
		return (_) -> meaningIndex.fill();
	}

	/**
	 * Up either way: without the embedding model the chat finds less, but works. That is
	 * why the model's own indicator is switched off.
	 */
	@Bean
	HealthIndicator knowledgeHealthIndicator(KnowledgeBase knowledge, MeaningIndex meaningIndex) {
		return () -> {
			Health.Builder health = Health.up()
				.withDetail("topics", knowledge.size())
				.withDetail("searchesBy", knowledge.searchesBy());
			String failure = meaningIndex.failure();
			return ((failure != null) ? health.withDetail("why", failure) : health).build();
		};
	}

}
