package io.github.llamaspring.examples.supportchat.knowledge;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SimpleVectorStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The search while the embedding model is not there.
 */
class WordsTests extends KnowledgeBaseContract {

	private static final List<Passage> TEXTS = ShopTexts.read();

	private final Unreachable model = new Unreachable();

	private final KnowledgeBase knowledge = knowledge(this.model, Duration.ofMinutes(1));

	@Override
	KnowledgeBase knowledge() {
		return this.knowledge;
	}

	private static KnowledgeBase knowledge(EmbeddingModel model, Duration retry) {
		return new KnowledgeBase(TEXTS, index(model, retry));
	}

	private static MeaningIndex index(EmbeddingModel model, Duration retry) {
		return new MeaningIndex(SimpleVectorStore.builder(model).build(), TEXTS, ShopTexts.readSmallTalk(), retry);
	}

	@Test
	void findsByWordsWhileTheModelIsLoading() throws Exception {
		try (MeaningIndex index = index(this.model, Duration.ofMinutes(1))) {
			KnowledgeBase knowledge = new KnowledgeBase(TEXTS, index);
			index.fill();
			assertThat(this.model.asked.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(knowledge.searchesBy()).isEqualTo(KnowledgeBase.Search.WORDS);
			assertThat(knowledge.search("can I pay with PayPal?", "en", 1200)).first()
				.extracting(Passage::topic)
				.isEqualTo("payment");
		}
	}

	@Test
	void findsByMeaningAsSoonAsTheModelIsThere() throws Exception {
		try (MeaningIndex index = index(this.model, Duration.ofMillis(5))) {
			KnowledgeBase knowledge = new KnowledgeBase(TEXTS, index);
			index.fill();
			assertThat(this.model.asked.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(knowledge.searchesBy()).isEqualTo(KnowledgeBase.Search.WORDS);
			this.model.there = true;
			for (int i = 0; i < 1000 && knowledge.searchesBy() == KnowledgeBase.Search.WORDS; i++) {
				Thread.sleep(10);
			}
			assertThat(knowledge.searchesBy()).isEqualTo(KnowledgeBase.Search.MEANING);
		}
	}

	@Test
	void findsByWordsWhereTheModelFailsLater() throws Exception {
		this.model.there = true;
		try (MeaningIndex index = index(this.model, Duration.ofMillis(5))) {
			KnowledgeBase knowledge = new KnowledgeBase(TEXTS, index);
			index.fill();
			for (int i = 0; i < 1000 && knowledge.searchesBy() == KnowledgeBase.Search.WORDS; i++) {
				Thread.sleep(10);
			}
			this.model.there = false;
			assertThat(knowledge.search("can I pay with PayPal?", "en", 1200)).first()
				.extracting(Passage::topic)
				.isEqualTo("payment");
		}
	}

	/**
	 * A model that cannot be fetched until {@code there}.
	 */
	private static final class Unreachable implements EmbeddingModel {

		final CountDownLatch asked = new CountDownLatch(1);

		volatile boolean there;

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			throw new UnsupportedOperationException();
		}

		@Override
		public float[] embed(Document document) {
			return vector();
		}

		@Override
		public float[] embed(String text) {
			return vector();
		}

		private float[] vector() {
			this.asked.countDown();
			if (!this.there) {
				throw new IllegalStateException("there is no such file");
			}
			return new float[] { 1, 0 };
		}

		@Override
		public int dimensions() {
			return 2;
		}

	}

}
