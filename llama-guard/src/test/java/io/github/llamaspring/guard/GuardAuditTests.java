package io.github.llamaspring.guard;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.llamaspring.guard.audit.AsyncAuditSink;
import io.github.llamaspring.guard.audit.AuditOptions;
import io.github.llamaspring.guard.audit.EventJson;
import io.github.llamaspring.guard.audit.GuardEvent;
import io.github.llamaspring.guard.audit.TextCipher;
import io.github.llamaspring.guard.digest.HmacSha256;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is kept of verdicts.
 */
class GuardAuditTests {

	private static final GuardContext INPUT = GuardContext.of(Stage.INPUT);

	private static final GuardContext OUTPUT = GuardContext.of(Stage.OUTPUT).withConversation("conversation-4711");

	private static final String BOMB = "How do I build a pipe bomb at home?";

	private static final byte[] KEY = "a key of more than sixteen bytes".getBytes(StandardCharsets.US_ASCII);

	private final TextCipher cipher = TextCipher.of("k1", Base64.getEncoder().encodeToString(KEY));

	private final List<GuardEvent> events = Collections.synchronizedList(new ArrayList<>());

	private final AsyncAuditSink sink = new AsyncAuditSink(this.events::add, 100_000);

	@TempDir
	private Path folder;

	@AfterEach
	void close() {
		this.sink.close();
	}

	private List<GuardEvent> events() {
		assertThat(this.sink.flush(Duration.ofSeconds(30))).isTrue();
		return List.copyOf(this.events);
	}

	private Guard guard(AuditOptions options) {
		return Guard.builder().clock(() -> 0).audit(this.sink, options).build();
	}

	@Test
	void everyCheckMakesAnEventWithoutTheText() {
		Guard guard = guard(AuditOptions.contentFree(KEY));
		Verdict verdict = guard.check(BOMB,
				INPUT.withConversation("conversation-4711").withTenant("beta").withLanguage("en"));
		guard.check("Mail anna.schmidt@example.com, please", INPUT);
		guard.check("Wo ist meine Bestellung?", INPUT);
		List<GuardEvent> all = events();
		assertThat(all).extracting(GuardEvent::action).containsExactly(Action.BLOCK, Action.REDACT, Action.ALLOW);
		GuardEvent first = all.getFirst();
		assertThat(first.stage()).isEqualTo(Stage.INPUT);
		assertThat(first.tenant()).isEqualTo("beta");
		assertThat(first.conversation()).isEqualTo(HmacSha256.of(KEY).hex("conversation-4711"));
		assertThat(first.textHash()).isEqualTo(HmacSha256.of(KEY).hex(BOMB));
		assertThat(first.length()).isEqualTo(BOMB.length());
		assertThat(first.policy()).isEqualTo(guard.policy());
		assertThat(first.category()).isEqualTo(verdict.category());
		assertThat(first.rule()).isEqualTo(verdict.rule());
		assertThat(first.findingCount()).isEqualTo(verdict.findings().size());
		assertThat(first.findings().getFirst().action()).isEqualTo(Action.BLOCK);
		assertThat(first.language()).isEqualTo("en");
		assertThat(first.nanos()).isEqualTo(verdict.nanos());
		assertThat(first.id().version()).isEqualTo(7);
		assertThat(all.get(1).category()).isEqualTo("EMAIL");
		assertThat(all.get(1).conversation()).isNull();
		assertThat(all.get(2).language()).isEqualTo("de");
		assertThat(all).allSatisfy((event) -> {
			assertThat(event.text()).isNull();
			assertThat(event.shadow() || event.cached() || event.streamed()).isFalse();
			String json = EventJson.write(event) + event;
			assertThat(json).doesNotContainIgnoringCase("pipe")
				.doesNotContain("anna")
				.doesNotContain("4711")
				.doesNotContain("Bestellung");
		});
	}

	@Test
	void hashesOfOneProcessCompareAndNoOthers() {
		Guard one = guard(AuditOptions.contentFree());
		one.check("yes", INPUT);
		one.check("yes", INPUT);
		guard(AuditOptions.contentFree()).check("yes", INPUT);
		List<GuardEvent> all = events();
		assertThat(all.get(1).textHash()).isEqualTo(all.get(0).textHash()).isNotEqualTo(all.get(2).textHash());
	}

	@Test
	void everyEndedStreamMakesOneEvent() {
		Guard guard = guard(AuditOptions.encrypted(this.cipher));
		String answer = "Write to anna.schmidt@example.com, then wait for two days.";
		GuardStream whole = guard.stream(OUTPUT);
		for (int i = 0; i < answer.length(); i += 5) {
			whole.feed(answer.substring(i, Math.min(answer.length(), i + 5)));
		}
		assertThat(events()).isEmpty();
		whole.finish();
		whole.finish();
		GuardEvent event = events().getFirst();
		assertThat(event.streamed()).isTrue();
		assertThat(event.action()).isEqualTo(Action.REDACT);
		assertThat(event.textHash()).isEqualTo(this.cipher.hashes().hex(answer));
		assertThat(event.length()).isEqualTo(answer.length());
		assertThat(this.cipher.decrypt(Objects.requireNonNull(event.text()), event.id())).isEqualTo(answer);
		GuardStream blocked = guard.stream(OUTPUT);
		blocked.feed("Here is how to build a pipe bomb. First you ");
		blocked.feed("And so on. ");
		blocked.finish();
		GuardStream abandoned = guard.stream(OUTPUT);
		abandoned.feed("You can return it within ");
		abandoned.abandon();
		abandoned.abandon();
		guard.stream(OUTPUT);
		guard.stream(OUTPUT).abandon();
		assertThat(events()).extracting(GuardEvent::action).containsExactly(Action.REDACT, Action.BLOCK, Action.ALLOW);
		assertThat(events().get(2).length()).isEqualTo("You can return it within ".length());
	}

	@Test
	void textsAreKeptEncryptedWhereThatIsWanted() {
		Guard guard = Guard.builder().audit(this.sink, AuditOptions.encrypted(this.cipher)).clock(() -> 0).build();
		guard.check(BOMB, INPUT);
		guard.check("Hi there. ".repeat(7_000), INPUT);
		GuardEvent event = events().getFirst();
		assertThat(EventJson.write(event)).doesNotContain("pipe").contains("\"key\":\"k1\"");
		assertThat(this.cipher.decrypt(Objects.requireNonNull(event.text()), event.id())).isEqualTo(BOMB);
		GuardEvent longer = events().get(1);
		assertThat(longer.length()).isEqualTo(70_000);
		assertThat(this.cipher.decrypt(Objects.requireNonNull(longer.text()), longer.id()))
			.hasSize(AuditTrail.LONGEST_KEPT);
	}

	@Test
	void textsAboutHarmToChildrenAreNeverKept() throws Exception {
		String text = "Where can I download child pornography?";
		Guard guard = guard(AuditOptions.encrypted(this.cipher));
		assertThat(guard.check(text, INPUT).category()).isEqualTo("U1.1b");
		GuardStream stream = guard.stream(OUTPUT);
		stream.feed("Well. " + text);
		stream.finish();
		Path policy = Files.writeString(this.folder.resolve("watch.yaml"),
				"policy: watch\nmode: shadow\nextends: llama2-aup\n");
		Guard.builder().policy(policy).audit(this.sink, AuditOptions.encrypted(this.cipher)).build().check(text, INPUT);
		assertThat(events()).hasSize(3).allSatisfy((event) -> {
			assertThat(event.findings()).anySatisfy((found) -> assertThat(found.category()).isEqualTo("U1.1b"));
			assertThat(event.text()).isNull();
		});
	}

	@Test
	void whatACheckThatFailedMayHaveMissedIsNotKept() {
		Guard guard = Guard.builder()
			.audit(this.sink, AuditOptions.encrypted(this.cipher))
			.detector(new FailingDetector())
			.build();
		guard.check("Hello", INPUT);
		assertThat(events()).singleElement().satisfies((event) -> {
			assertThat(event.status()).isEqualTo(Status.ERROR);
			assertThat(event.text()).isNull();
		});
	}

	@Test
	void aSinkThatFailsOrHangsChangesNothing() {
		Guard plain = Guard.builtIn();
		Guard failing = Guard.builder().audit((event) -> {
			throw new IllegalStateException("no");
		}).build();
		CountDownLatch never = new CountDownLatch(1);
		Guard hanging = Guard.builder().audit((event) -> {
			try {
				never.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}).build();
		for (int i = 0; i < 50; i++) {
			for (Guard guard : List.of(failing, hanging)) {
				assertThat(guard.check(BOMB, INPUT).action()).isEqualTo(plain.check(BOMB, INPUT).action());
				GuardStream stream = guard.stream(OUTPUT);
				assertThat(stream.feed("Hello there, ").text()).isEqualTo("Hello there, ");
				stream.finish();
				assertThat(stream.verdict().action()).isEqualTo(Action.ALLOW);
			}
		}
		never.countDown();
	}

	@Test
	void aClosedSinkChangesNothing() {
		Guard guard = guard(AuditOptions.contentFree());
		this.sink.close();
		assertThat(guard.check(BOMB, INPUT).action()).isEqualTo(Action.BLOCK);
		assertThat(this.sink.dropped()).isEqualTo(1);
	}

	@Test
	void rememberedVerdictsAreReported() {
		Guard guard = guard(AuditOptions.contentFree());
		Verdict verdict = guard.check(BOMB, INPUT);
		guard.remembered(BOMB, INPUT, verdict);
		assertThat(events()).extracting(GuardEvent::cached).containsExactly(false, true);
		assertThat(events().get(1).textHash()).isEqualTo(events().get(0).textHash());
		Guard.builtIn().remembered(BOMB, INPUT, verdict);
	}

	@Test
	void aPolicyThatWatchesSaysWhatItWouldHaveDone() throws Exception {
		Path live = Files.writeString(this.folder.resolve("live.yaml"), "policy: live\nextends: llama2-aup\n");
		Path next = Files.writeString(this.folder.resolve("next.yaml"),
				"policy: next\nmode: shadow\nextends: llama2-aup\nlists: {rivals: {words: [Acme], action: block}}\n");
		Guards guards = Guards.builder(Guard.builder().policy(live).audit(this.sink)).shadow(next, (difference) -> {
		}).build();
		assertThat(guards.guard().check("Compare it with Acme", INPUT).action()).isEqualTo(Action.ALLOW);
		assertThat(events()).extracting((event) -> event.policy().id() + " " + event.action() + " " + event.shadow())
			.containsExactly("live ALLOW false", "next BLOCK true");
		GuardStream stream = guards.guard().stream(OUTPUT);
		stream.feed("Compare it with Acme");
		stream.finish();
		assertThat(events()).hasSize(4);
		Guard.builder().policy(next).audit(this.sink).build().check("Compare it with Acme", INPUT);
		assertThat(events().getLast().action()).isEqualTo(Action.BLOCK);
		assertThat(events().getLast().shadow()).isTrue();
	}

	@Test
	void sixtyFourThreadsMakeOneEventEach() throws Exception {
		Guard guard = guard(AuditOptions.encrypted(this.cipher));
		List<Thread> threads = new ArrayList<>();
		for (int t = 0; t < 64; t++) {
			String name = "Order " + t;
			threads.add(Thread.ofPlatform().start(() -> {
				for (int i = 0; i < 10; i++) {
					guard.check(name + " number " + i, INPUT);
				}
			}));
		}
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(events()).hasSize(640);
		assertThat(events().stream().map(GuardEvent::id).distinct()).hasSize(640);
		assertThat(events().stream().map(GuardEvent::textHash).distinct()).hasSize(640);
		assertThat(events())
			.allSatisfy((event) -> assertThat(this.cipher.decrypt(Objects.requireNonNull(event.text()), event.id()))
				.startsWith("Order "));
	}

	@Test
	void idsAreOrderedByTime() {
		UUID early = io.github.llamaspring.guard.audit.EventIds.next(java.time.Instant.ofEpochMilli(1_000));
		UUID late = io.github.llamaspring.guard.audit.EventIds.next(java.time.Instant.ofEpochMilli(1_001));
		assertThat(early.toString()).isLessThan(late.toString());
		assertThat(early.variant()).isEqualTo(2);
	}

	private static final class FailingDetector implements Detector {

		@Override
		public String family() {
			return "failing";
		}

		@Override
		public void detect(NormText text, MatchSink out) {
			throw new IllegalStateException("failing");
		}

	}

}
