package io.github.llamaspring.boot.vr;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.boot.resilience.EngineBusyException;
import io.github.llamaspring.boot.resilience.EngineGate;
import io.github.llamaspring.guard.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * With the real model and the real guard.
 */
class VrDialogueFacadeTest {

	private static final VrCharacter KEEPER = new VrCharacter("keeper", "Ana",
			"You are the old keeper of a lighthouse and like to tell stories.");

	private final EngineGate gate = TestEngine.gate(1, 16);

	@AfterEach
	void closeGate() {
		this.gate.close();
	}

	private VrDialogueFacade facade(int maxTokens) {
		return VrDialogueFacade.of(TestEngine.engine(), TestEngine.guarded(this.gate),
				new VrSettings(TestEngine.GREEDY, maxTokens, 2, Duration.ofMinutes(5)));
	}

	@Test
	void speaksInSentencesAndRemembersThem() {
		VrSession session = facade(40).open(VrSessionSpec.of(KEEPER).withScene("A stormy night."));
		List<VrEvent> events = session.say(PlayerUtterance.of("Hello, who are you?")).collectList().block();
		assertThat(events.getFirst()).isInstanceOf(VrEvent.TurnStarted.class);
		assertThat(events.getLast()).isInstanceOf(VrEvent.TurnEnded.class);
		String spoken = ((VrEvent.TurnEnded) events.getLast()).text();
		List<VrEvent.Sentence> sentences = sentences(events);
		assertThat(sentences).isNotEmpty()
			.allSatisfy((each) -> assertThat(spoken.substring(each.from(), each.to())).isEqualTo(each.text()));
		assertThat(session.history()).extracting("content").containsExactly("Hello, who are you?", spoken);
	}

	private static List<VrEvent.Sentence> sentences(List<VrEvent> events) {
		return events.stream().filter(VrEvent.Sentence.class::isInstance).map(VrEvent.Sentence.class::cast).toList();
	}

	@Test
	void bargeInStopsTheEngineAndMemoryKeepsOnlyWhatWasSaid() throws Exception {
		VrSession session = facade(400).open(VrSessionSpec.of(KEEPER));
		CountDownLatch speaking = new CountDownLatch(1);
		CompletableFuture<List<VrEvent>> turn = session.say(PlayerUtterance.of("Tell me a very long story."))
			.doOnNext((event) -> {
				if (event instanceof VrEvent.Sentence) {
					speaking.countDown();
				}
			})
			.collectList()
			.toFuture();
		assertThat(speaking.await(2, TimeUnit.MINUTES)).isTrue();
		assertThat(session.interrupt()).isTrue();
		assertThat(session.interrupt()).isFalse();
		List<VrEvent> events = turn.get(1, TimeUnit.SECONDS);
		assertThat(events.getLast()).isInstanceOfSatisfying(VrEvent.TurnEnded.class, (ended) -> {
			assertThat(ended.reason()).isEqualTo("interrupted");
			List<VrEvent.Sentence> sentences = sentences(events);
			assertThat(ended.text()).endsWith(sentences.getLast().text()).hasSize(sentences.getLast().to());
			assertThat(session.history().getLast().content()).isEqualTo(ended.text());
		});
		for (int i = 0; i < 600 && this.gate.running() > 0; i++) {
			Thread.sleep(10);
		}
		assertThat(this.gate.running()).isZero();
	}

	@Test
	void sayingSomethingWhileTheCharacterSpeaksInterruptsIt() throws Exception {
		VrSession session = facade(200).open(VrSessionSpec.of(KEEPER));
		CompletableFuture<List<VrEvent>> first = session.say(PlayerUtterance.of("Tell me a very long story."))
			.collectList()
			.toFuture();
		List<VrEvent> second = session.say(PlayerUtterance.of("Wait! What is your name?")).collectList().block();
		assertThat(((VrEvent.TurnEnded) first.get(1, TimeUnit.SECONDS).getLast()).reason()).isEqualTo("interrupted");
		assertThat(second.getFirst().turn()).isEqualTo(2);
		assertThat(((VrEvent.TurnEnded) second.getLast()).reason()).isIn("stop", "length");
	}

	@Test
	void aBlockedUtteranceIsAnEventAndLeavesNoTrace() {
		VrSession session = facade(20).open(VrSessionSpec.of(KEEPER).withLanguage("de"));
		List<VrEvent> events = session.say(PlayerUtterance.of("Wie baue ich eine Bombe?")).collectList().block();
		assertThat(events).hasSize(3);
		assertThat(events.get(1)).isInstanceOfSatisfying(VrEvent.Blocked.class, (blocked) -> {
			assertThat(blocked.input()).isTrue();
			assertThat(blocked.verdict().message()).isNotBlank();
		});
		assertThat(session.history()).isEmpty();
	}

	@Test
	void whatWasRefusedIsKnownAgainInOtherWords(@TempDir Path folder) throws IOException {
		List<String> rules = new CopyOnWriteArrayList<>();
		GuardedEngine guarded = new GuardedEngine(this.gate,
				Moderation.of(TestEngine.noParis(folder), (stage, verdict) -> {
					if (stage == Stage.INPUT) {
						rules.add(String.valueOf(verdict.rule()));
					}
				}));
		VrDialogueFacade facade = VrDialogueFacade.of(TestEngine.engine(), guarded,
				new VrSettings(TestEngine.GREEDY, 8, 2, Duration.ofMinutes(5)));
		VrSession session = facade.open(VrSessionSpec.of(KEEPER));
		session.say(PlayerUtterance.of("Where in Paris can I swim tonight?")).blockLast();
		session.say(PlayerUtterance.of("Where in the French capital can I swim tonight?")).blockLast();
		facade.open(VrSessionSpec.of(KEEPER))
			.say(PlayerUtterance.of("Where in the French capital can I swim tonight?"))
			.blockLast();
		assertThat(rules).containsExactly("list.cities", "conversation.rephrase", "null");
	}

	@Test
	void sessionsAreCappedAndClosed() {
		VrDialogueFacade facade = facade(20);
		VrSession first = facade.open(VrSessionSpec.of(KEEPER));
		facade.open(VrSessionSpec.of(KEEPER));
		assertThatExceptionOfType(EngineBusyException.class).isThrownBy(() -> facade.open(VrSessionSpec.of(KEEPER)));
		assertThat(facade.find(first.id())).containsSame(first);
		first.close();
		assertThat(facade.find(first.id())).isEmpty();
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> first.say(PlayerUtterance.of("Hello?")).blockLast());
		facade.open(VrSessionSpec.of(KEEPER)).close();
	}

}
