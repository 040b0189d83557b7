package io.github.llamaspring.examples.supportchat.knowledge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import io.github.llamaspring.examples.supportchat.knowledge.MeaningIndex.Nearness;
import org.jspecify.annotations.Nullable;

/**
 * Finds sections of the shop's texts: by meaning, so that a question in any language
 * finds them, and by words, so that a name or a number counts as it is written. Where the
 * model of meaning is not there (yet), by words alone. A section is shown in the reader's
 * language where it is translated, else in English. Thread-safe.
 */
public final class KnowledgeBase {

	/** Below this a shared word is chance. */
	private static final double WORTH_READING = 2.0;

	/** Found by words, a second passage must be nearly as good as the first. */
	private static final double NEARLY = 0.6;

	/** The reader's own language wins a near tie. */
	private static final double OWN_LANGUAGE = 1.3;

	/**
	 * What a BM25 score adds to a cosine: that of two or three rare words, about 6, lifts
	 * a section by 0.03, as far as the best is from the tenth by meaning. This and
	 * {@link #AS_NEAR} were chosen on 120 questions and 64 lines of small talk in five
	 * languages, none of which is in a test: nearly all of the former pass for questions
	 * to the shop, and 3 of the latter. Reciprocal ranks found less: there a chance word
	 * weighs as much as the meaning.
	 */
	private static final double WORD_WEIGHT = 0.005;

	/** A section that is less near than the best by no more than this may be meant. */
	private static final double AS_NEAR = 0.02;

	/**
	 * In another language than the best it must be nearer: a prompt in one language is
	 * better.
	 */
	private static final double AS_NEAR_IN_OTHER_LANGUAGE = 0.005;

	private static final int MOST_PASSAGES = 3;

	private final List<Passage> passages;

	private final Map<String, Map<String, Passage>> topics = new LinkedHashMap<>();

	private final Bm25Index words;

	private final MeaningIndex meaning;

	/**
	 * @param passages every topic has one in English
	 */
	KnowledgeBase(List<Passage> passages, MeaningIndex meaning) {
		this.passages = List.copyOf(passages);
		for (Passage passage : passages) {
			this.topics.computeIfAbsent(passage.topic(), (_) -> new HashMap<>()).put(passage.language(), passage);
		}
		// The title and heading are the best description of a section: they count twice.
		this.words = new Bm25Index(passages.stream()
			.map((passage) -> passage.name() + " " + passage.name() + " " + passage.text())
			.toList());
		this.meaning = meaning;
	}

	/** How sections are found at present. */
	public Search searchesBy() {
		return this.meaning.isFilled() ? Search.MEANING : Search.WORDS;
	}

	/** Number of topics. */
	int size() {
		return this.topics.size();
	}

	/**
	 * The sections that help with a question, best first.
	 * @param question what was asked, in any language
	 * @param language the reader's language, in which sections are given where they can;
	 * null for English
	 * @param limit most characters of all sections together
	 * @return none where nothing fits
	 */
	public List<Passage> search(String question, @Nullable String language, int limit) {
		if (question.codePoints().noneMatch(Character::isLetterOrDigit)) {
			return List.of();
		}
		List<Scored> candidates = this.meaning.search(question)
			.map((nearness) -> byMeaning(question, nearness, language))
			.orElseGet(() -> byWordsAlone(question, language));
		List<Passage> found = new ArrayList<>();
		int room = limit;
		for (Scored candidate : candidates) {
			int size = candidate.passage.name().length() + candidate.passage.text().length();
			if (size <= room && found.size() < MOST_PASSAGES) {
				found.add(candidate.passage);
				room -= size;
			}
		}
		return found;
	}

	private Map<String, Double> byWords(String question, ToDoubleFunction<Passage> weight) {
		Map<String, Double> scores = new HashMap<>();
		for (Bm25Index.Hit hit : this.words.search(question)) {
			Passage passage = this.passages.get(hit.document());
			scores.merge(passage.topic(), weight.applyAsDouble(passage) * hit.score(), Math::max);
		}
		return scores;
	}

	private List<Scored> byWordsAlone(String question, @Nullable String language) {
		List<Scored> sorted = bestFirst(
				byWords(question, (passage) -> passage.language().equals(language) ? OWN_LANGUAGE : 1), language);
		return sorted.stream()
			.filter((candidate) -> candidate.score >= Math.max(WORTH_READING, NEARLY * sorted.getFirst().score))
			.filter((candidate) -> candidate.sameLanguage(sorted.getFirst()))
			.toList();
	}

	/**
	 * Words count in English only, as meaning does: any German word would speak for the
	 * few topics that are translated.
	 */
	private List<Scored> byMeaning(String question, Nearness nearness, @Nullable String language) {
		Map<String, Double> words = byWords(question, (passage) -> passage.language().equals("en") ? 1 : 0);
		Map<String, Double> scores = new HashMap<>();
		double nearest = 0;
		for (String topic : this.topics.keySet()) {
			double bonus = WORD_WEIGHT * words.getOrDefault(topic, 0.0);
			double heading = nearness.headings().getOrDefault(topic, 0.0);
			scores.put(topic, (heading + nearness.sections().getOrDefault(topic, 0.0)) / 2 + bonus);
			nearest = Math.max(nearest, heading + bonus);
		}
		if (nearest < nearness.smallTalk()) {
			return List.of();
		}
		List<Scored> sorted = bestFirst(scores, language);
		return sorted.stream().filter((candidate) -> {
			Scored best = sorted.getFirst();
			double most = candidate.sameLanguage(best) ? AS_NEAR : AS_NEAR_IN_OTHER_LANGUAGE;
			return candidate.score >= best.score - most;
		}).toList();
	}

	private List<Scored> bestFirst(Map<String, Double> scores, @Nullable String language) {
		return scores.entrySet()
			.stream()
			.map((topic) -> new Scored(inLanguage(topic.getKey(), language), topic.getValue()))
			.sorted(Comparator.comparingDouble(Scored::score)
				.reversed()
				.thenComparing((candidate) -> candidate.passage.topic()))
			.toList();
	}

	private Passage inLanguage(String topic, @Nullable String language) {
		Map<String, Passage> versions = this.topics.getOrDefault(topic, Map.of());
		Passage own = versions.get(language);
		return (own != null) ? own : Objects.requireNonNull(versions.get("en"), topic);
	}

	/**
	 * The sections as one text for a prompt. Each begins with its title in plain words: a
	 * heading that is a question leads a small model to repeat it instead of the facts.
	 */
	public static String asContext(List<Passage> passages) {
		return passages.stream()
			.map((passage) -> passage.title() + ": " + passage.text())
			.collect(Collectors.joining("\n"));
	}

	/** What sections are found by. */
	public enum Search {

		/** Their words, as long as the embedding model is not there. */
		WORDS,

		/** Their meaning, and their words. */
		MEANING

	}

	private record Scored(Passage passage, double score) {

		boolean sameLanguage(Scored other) {
			return this.passage.language().equals(other.passage.language());
		}

	}

}
