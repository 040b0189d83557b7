package io.github.llamaspring.guard.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.github.llamaspring.guard.text.Match;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A scorer that takes its time.
 */
class SentenceScorerTests {

	private static final String FIRST = "The first sentence is a calm one. ";

	private static final String SECOND = "The second sentence is as calm. ";

	private final List<Sentence> sentences = new ArrayList<>();

	private final List<CompletableFuture<List<Scan.Hit>>> answers = new ArrayList<>();

	private final HoldBack holdBack = holdBack(Duration.ofMillis(20));

	private HoldBack holdBack(Duration maxTime) {
		SentenceScorer scorer = new SentenceScorer() {

			@Override
			public String family() {
				return "meaning";
			}

			@Override
			public CompletableFuture<List<Scan.Hit>> score(Sentence sentence) {
				SentenceScorerTests.this.sentences.add(sentence);
				CompletableFuture<List<Scan.Hit>> answer = new CompletableFuture<>();
				SentenceScorerTests.this.answers.add(answer);
				return answer;
			}
		};
		return new HoldBack(List.of(), List.of(scorer), new Rules(), 256, maxTime, () -> 0);
	}

	private static List<Scan.Hit> hit(String category, int start, int end) {
		return List.of(new Scan.Hit("meaning", new Match("meaning.harm", category, 0.9, start, end)));
	}

	@Test
	void getsEachSentenceWithWhatStandsBefore() {
		for (char c : (FIRST + "z. B. " + SECOND + "word ".repeat(30) + "end").toCharArray()) {
			this.holdBack.feed(String.valueOf(c));
		}
		this.holdBack.finish();
		assertThat(this.sentences).extracting(Sentence::alone)
			.containsExactly(FIRST, "z. B. " + SECOND, "word ".repeat(26), "word ".repeat(4) + "end");
		assertThat(this.sentences.get(1).text()).isEqualTo(FIRST + "z. B. " + SECOND);
		assertThat(this.sentences).allSatisfy((sentence) -> assertThat(sentence.text().length()).isLessThan(450));
	}

	@Test
	void holdsNoTextForIt() {
		assertThat(this.holdBack.feed(FIRST + SECOND).text()).isEqualTo(FIRST + SECOND);
		assertThat(this.holdBack.held()).isZero();
	}

	@Test
	void actsWhenTheAnswerComes() {
		this.holdBack.feed(FIRST);
		this.holdBack.feed(SECOND);
		this.answers.get(1).complete(hit("STOP", this.sentences.get(1).from(), this.sentences.get(1).text().length()));
		HoldBack.Step step = this.holdBack.poll();
		assertThat(step.stopped()).isTrue();
		assertThat(step.hits()).singleElement().satisfies((hit) -> {
			assertThat(hit.match().start()).isEqualTo(FIRST.length());
			assertThat(hit.match().end()).isEqualTo(FIRST.length() + SECOND.length());
		});
		assertThat(this.holdBack.feed("more").text()).isEmpty();
	}

	@Test
	void notesWhatEndsNothing() {
		this.holdBack.feed(FIRST);
		this.answers.get(0).complete(hit("NOTE", 0, 5));
		HoldBack.Step step = this.holdBack.feed("And ");
		assertThat(step.stopped()).isFalse();
		assertThat(step.hits()).hasSize(1);
	}

	@Test
	void waitsAtTheEndAndNoLonger() {
		this.holdBack.feed(FIRST + SECOND);
		this.answers.get(0).complete(List.of());
		HoldBack.Step step = this.holdBack.finish();
		assertThat(step.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.family()).isEqualTo("meaning"));
		assertThat(step.timedOut()).isTrue();
	}

	@Test
	void waitsAtTheEndForAnAnswerThatComes() {
		HoldBack patient = holdBack(Duration.ofSeconds(60));
		patient.feed(FIRST);
		Thread.ofVirtual().start(() -> this.answers.get(0).complete(hit("STOP", 0, 5)));
		assertThat(patient.finish().stopped()).isTrue();
	}

	@Test
	void saysThatItFailed() {
		this.holdBack.feed(FIRST);
		this.answers.get(0).completeExceptionally(new IllegalStateException("no encoder"));
		HoldBack.Step step = this.holdBack.feed("And ");
		assertThat(step.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.cause()).hasRootCauseMessage("no encoder"));
		assertThat(step.stopped()).isFalse();
	}

	@Test
	void awaitsOnlySoManyAnswers() {
		HoldBack.Step last = this.holdBack.feed(FIRST.repeat(64));
		assertThat(last.failures()).isEmpty();
		assertThat(this.holdBack.feed(FIRST.repeat(10)).failures()).hasSize(10);
	}

	/**
	 * Categories say what happens.
	 */
	private static final class Rules implements StreamRules {

		@Override
		public Effect effect(Scan.Hit hit) {
			return Effect.valueOf(hit.match().category());
		}

		@Override
		public Effect onFailure(Scan.Failure failure) {
			return Effect.NOTE;
		}

		@Override
		public boolean redactsOverlong(String category) {
			return true;
		}

		@Override
		public boolean redactsLate(String category) {
			return true;
		}

		@Override
		public String placeholder(String category) {
			return "[" + category + "]";
		}

		@Override
		public Replacement replacement(List<Scan.Hit> overlapping, String value) {
			String category = overlapping.getFirst().match().category();
			return new Replacement(placeholder(category), category);
		}

	}

}
