package io.github.llamaspring.examples.supportchat.knowledge;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;

/**
 * Finds sections by what they mean, in whatever language a question is: the English
 * sections in a vector store. A section is two documents, its heading alone and the whole
 * of it, since a short question is nearer to a short text.
 * <p>
 * Vectors of the E5 models are all near each other: the cosine of a question and an
 * unrelated text is about 0.8, too. So small talk is in the store as well, and a question
 * that is nearer to that than to any heading is none for the shop.
 * <p>
 * The store is filled on a thread of its own, because its model has to be fetched and
 * loaded first; until then there are no answers from here. Thread-safe.
 */
final class MeaningIndex implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(MeaningIndex.class);

	private static final String TOPIC = "topic";

	private static final String KIND = "kind";

	private final VectorStore store;

	private final List<Document> documents;

	private final Duration retry;

	private volatile boolean filled;

	private volatile @Nullable String failure;

	private @Nullable Thread filling;

	/**
	 * @param passages to find; other languages than English are left out
	 * @param smallTalk what nobody looks for in the shop's texts
	 * @param retry how long to wait after a failure until the next attempt
	 */
	MeaningIndex(VectorStore store, List<Passage> passages, List<String> smallTalk, Duration retry) {
		this.store = store;
		this.documents = documents(passages, smallTalk);
		this.retry = retry;
	}

	private static List<Document> documents(List<Passage> passages, List<String> smallTalk) {
		List<Document> documents = new ArrayList<>();
		for (Passage passage : passages) {
			if (passage.language().equals("en")) {
				documents.add(document(Kind.HEADING, passage.topic(), passage.heading()));
				documents.add(document(Kind.SECTION, passage.topic(), passage.name() + "\n" + passage.text()));
			}
		}
		for (int i = 0; i < smallTalk.size(); i++) {
			documents.add(document(Kind.SMALL_TALK, String.valueOf(i), smallTalk.get(i)));
		}
		return List.copyOf(documents);
	}

	private static Document document(Kind kind, String topic, String text) {
		// The same id each time, so that a store that lasts is not filled twice; most
		// want a UUID
		String id = UUID.nameUUIDFromBytes((kind + "-" + topic).getBytes(StandardCharsets.UTF_8)).toString();
		return new Document(id, text, Map.of(KIND, kind.name(), TOPIC, topic));
	}

	/**
	 * Begins to fill the store, and tries again and again where that fails. Not on a
	 * virtual thread: it computes for seconds, and would keep requests from theirs.
	 */
	synchronized void fill() {
		if (this.filling == null) {
			this.filling = Thread.ofPlatform().daemon().name("knowledge-index").start(this::fillOrRetry);
		}
	}

	private void fillOrRetry() {
		while (!this.filled) {
			try {
				long start = System.nanoTime();
				this.store.add(this.documents);
				this.filled = true;
				this.failure = null;
				logger.info("The shop's texts are found by meaning, in any language; their vectors took {} ms",
						(System.nanoTime() - start) / 1_000_000);
			}
			catch (RuntimeException ex) {
				if (Thread.currentThread().isInterrupted()) {
					return;
				}
				if (this.failure == null) {
					logger.warn("The shop's texts are found by their words only, until the embedding model is there; "
							+ "tried again every {} s: {}", this.retry.toSeconds(), ex.getMessage());
				}
				this.failure = String.valueOf(ex.getMessage());
				if (!pause()) {
					return;
				}
			}
		}
	}

	private boolean pause() {
		try {
			Thread.sleep(this.retry);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** Whether questions are answered. */
	boolean isFilled() {
		return this.filled;
	}

	/** Why the store could not be filled the last time, or null. */
	@Nullable String failure() {
		return this.failure;
	}

	/**
	 * How near the question is to every topic.
	 * @return nothing while the store is not filled, or where its model fails
	 */
	Optional<Nearness> search(String question) {
		if (!this.filled) {
			return Optional.empty();
		}
		try {
			return Optional.of(nearness(this.store.similaritySearch(SearchRequest.builder()
				.query(question)
				.topK(this.documents.size())
				.similarityThresholdAll()
				.build())));
		}
		catch (RuntimeException ex) {
			logger.warn("A question is searched by its words only: {}", ex.getMessage());
			return Optional.empty();
		}
	}

	private static Nearness nearness(List<Document> found) {
		Map<String, Double> headings = new HashMap<>();
		Map<String, Double> sections = new HashMap<>();
		double smallTalk = 0;
		for (Document document : found) {
			String topic = String.valueOf(document.getMetadata().get(TOPIC));
			double score = (document.getScore() != null) ? document.getScore() : 0;
			switch (Kind.valueOf(String.valueOf(document.getMetadata().get(KIND)))) {
				case HEADING -> headings.put(topic, score);
				case SECTION -> sections.put(topic, score);
				case SMALL_TALK -> smallTalk = Math.max(smallTalk, score);
			}
		}
		return new Nearness(headings, sections, smallTalk);
	}

	@Override
	public synchronized void close() {
		if (this.filling != null) {
			this.filling.interrupt();
		}
	}

	private enum Kind {

		HEADING, SECTION, SMALL_TALK

	}

	/**
	 * How near a question is to what, as cosines.
	 *
	 * @param headings by topic
	 * @param sections by topic
	 * @param smallTalk the nearest
	 */
	record Nearness(Map<String, Double> headings, Map<String, Double> sections, double smallTalk) {
	}

}
