package io.github.llamaspring.guard;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams and the clock.
 */
class GuardStreamTimeTests {

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

	private final Guard guard = Guard.builder().clock(this.now::get).build();

	private final GuardStream stream = this.guard.stream(GuardContext.of(Stage.OUTPUT));

	private void pass(long millis) {
		this.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
	}

	@Test
	void releasesAnUnfinishedWordWhenTheTimeIsOver() {
		assertThat(this.stream.feed("Our shop opens at ni").text()).doesNotContain("ni");
		pass(249);
		assertThat(this.stream.poll().text()).isEmpty();
		assertThat(this.stream.verdict().status()).isEqualTo(Status.OK);
		pass(1);
		assertThat(this.stream.poll().text()).endsWith("ni");
		assertThat(this.stream.held()).isZero();
		assertThat(this.stream.verdict().status()).isEqualTo(Status.TIMEOUT);
		this.stream.feed("ne.");
		this.stream.finish();
		assertThat(this.stream.verdict().text()).isEqualTo("Our shop opens at nine.");
		assertThat(this.stream.verdict().action()).isEqualTo(Action.ALLOW);
		assertThat(this.stream.verdict().status()).isEqualTo(Status.TIMEOUT);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Write to max.mustermann@exam | ple.com now. | Write to [EMAIL] now. | pii.email | 9 | 35
			Card 4111 1111 | ' 1111 1111 and more' | Card [NUMBER] and more | pii.number | 5 | 24
			IBAN GB29 NWBK 60 | 16 1331 9268 19 OK | IBAN [NUMBER] OK | pii.number | 5 | 32
			Call +49 30 901820 | ' today' | Call [PHONE] today | pii.phone | 5 | 18
			The token: abcdefgh1234 | 5678ijkl, ok? | The [API_KEY] ok? | secret.api_key | 4 | 32
			Key sk-abcdefghijklmnopqrst | uvwxyz0123456789 there | Key [API_KEY] there | secret.api_key | 4 | 43
			""")
	void redactsWhatMayBecomePersonalData(String first, String second, String text, String rule, int start, int end) {
		this.stream.feed(first);
		pass(250);
		assertThat(this.stream.poll().text()).endsWith("]");
		this.stream.feed(second);
		this.stream.finish();
		assertThat(this.stream.verdict().text()).isEqualTo(text);
		assertThat(this.stream.verdict().status()).isEqualTo(Status.TIMEOUT);
		assertThat(this.stream.verdict().findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.rule()).isEqualTo(rule);
			assertThat(finding.span()).isEqualTo(new Span(start, end));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "It was in 1998", "That is 12,90", "At 18:3", "Chapter 4" })
	void releasesNumbersThatIdentifyNobody(String text) {
		this.stream.feed(text);
		pass(250);
		this.stream.poll();
		assertThat(this.stream.verdict().text()).isEqualTo(text);
	}

	@Test
	void releasesAllWhereThePolicyFailsOpen(@TempDir Path folder) throws Exception {
		Path policy = Files.writeString(folder.resolve("p.yaml"),
				"policy: p\nextends: llama2-aup\nonError: {output: allow}\n");
		GuardStream open = Guard.builder()
			.policy(policy)
			.clock(this.now::get)
			.build()
			.stream(GuardContext.of(Stage.OUTPUT));
		open.feed("Write to max.mustermann@exam");
		pass(250);
		assertThat(open.poll().text()).endsWith("max.mustermann@exam");
		assertThat(open.verdict().status()).isEqualTo(Status.TIMEOUT);
	}

	@Test
	void stillBlocksWhatTurnsOutToBeHarm() {
		this.stream.feed("Here is how to make a pipe ");
		assertThat(this.stream.held()).isPositive();
		pass(300);
		this.stream.poll();
		assertThat(this.stream.held()).isZero();
		assertThat(this.stream.feed("bomb at home, friend. Then ").blocked()).isTrue();
		assertThat(this.stream.verdict().action()).isEqualTo(Action.BLOCK);
		assertThat(this.stream.verdict().status()).isEqualTo(Status.TIMEOUT);
		assertThat(this.stream.poll().blocked()).isTrue();
	}

	@Test
	void looksAtTheClockWithEachPieceToo() {
		for (String word : "Our shop opens at nine. We like that. ".repeat(5).split("(?<= )")) {
			this.stream.feed(word);
		}
		this.stream.feed("Here is how to make");
		for (String piece : List.of(" a ", "sma", "ll ", "tool ", "for ", "the ", "gar")) {
			assertThat(this.stream.verdict().status()).isEqualTo(Status.OK);
			pass(40);
			this.stream.feed(piece);
		}
		assertThat(this.stream.verdict().text()).endsWith("how to make a small tool for the gar");
		assertThat(this.stream.verdict().status()).isEqualTo(Status.TIMEOUT);
	}

	/** 13 billion parameters on two cores: no date, account or phone number is cut. */
	@Test
	void waitsForASlowWriter() {
		String text = "On 24.12.2026 pay 1.299,00 to DE89 3704 0044 0532 0130 00 or call +49 30 901820, please. ";
		for (int i = 0; i < text.length(); i++) {
			this.stream.feed(text.substring(i, i + 1));
			pass(i == 0 ? 200 : 270);
			this.stream.poll();
		}
		this.stream.finish();
		assertThat(this.stream.verdict().text())
			.isEqualTo("On 24.12.2026 pay 1.299,00 to [IBAN] or call [PHONE], please. ");
		assertThat(this.stream.verdict().status()).isEqualTo(Status.OK);
	}

	/** A hiccup of the machine costs nobody a phone number. */
	@Test
	void whenAPauseIsOverTheTextThatWasWaitedForCounts() {
		this.stream.feed("Call 0171 12");
		pass(3_600_000);
		this.stream.feed("34567 today. ");
		this.stream.finish();
		assertThat(this.stream.verdict().text()).isEqualTo("Call [PHONE] today. ");
		assertThat(this.stream.verdict().status()).isEqualTo(Status.OK);
	}

	@Test
	void aPauseIsNoPace() {
		for (String word : "Our shop opens at nine. We like that. ".split("(?<= )")) {
			this.stream.feed(word);
			pass(20);
		}
		pass(3_600_000);
		this.stream.feed("Call ");
		this.stream.feed("0171 12");
		pass(32 * 1000);
		assertThat(this.stream.poll().text()).isEqualTo("[NUMBER]");
	}

	@Test
	void holdsWithoutLimitWhereThePolicySaysSo(@TempDir Path folder) throws Exception {
		Path policy = Files.writeString(folder.resolve("p.yaml"),
				"policy: p\nextends: llama2-aup\nstream: {maxHoldMs: 0}\n");
		GuardStream patient = Guard.builder()
			.policy(policy)
			.clock(this.now::get)
			.build()
			.stream(GuardContext.of(Stage.OUTPUT));
		patient.feed("Write to max.mustermann@exam");
		pass(1_000_000);
		assertThat(patient.poll().text()).isEmpty();
		patient.feed("ple.com now. ");
		patient.finish();
		assertThat(patient.verdict().text()).isEqualTo("Write to [EMAIL] now. ");
		assertThat(patient.verdict().status()).isEqualTo(Status.OK);
	}

}
