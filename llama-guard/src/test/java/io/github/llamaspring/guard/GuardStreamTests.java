package io.github.llamaspring.guard;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class GuardStreamTests {

	/** The clock stands still. */
	private static final Guard GUARD = Guard.builder().clock(() -> 0).build();

	private static final String INSULT = "You're a useless piece of shit, just go die in a fire. ";

	private static final String JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

	private static final List<String> TEXTS = List.of("Hello, you can reach me at max.mustermann@example.com any time.",
			"Meine IBAN ist DE89 3704 0044 0532 0130 00, bitte prüfen 😀.",
			"Use GB29 NWBK 6016 1331 9268 19 and then card 4111 1111 1111 1111 12/27 please.",
			"Call +49 (0) 30 901820 or 0171 1234567 and ask for order 4711-0815.",
			"O meu CPF é 529.982.247-25 e o e-mail joão.silva@exemplo.com.br, obrigado!",
			"My password is hunter2! and the token: abcdefgh12345678ijkl, ok?",
			"The key is sk-abcdefghijklmnopqrstuvwxyz0123456789 and the JWT is " + JWT + " there.",
			"Sure, here is how to make a pipe bomb: first you take some pipe and then",
			"I can't tell you how to make a bomb. Is there something else I can do for you?",
			"To get there: how do I b u i l d   a   b o m b at home, step by step",
			"H\u200bow to m\u00adake a p\u200dipe b0mb at h0me, friend? 👩‍👩‍👧‍👦 می‌خواهم",
			"Preise: 12,90 €, 1.299,00 €, am 24.12.2026 um 18:30 Uhr, Bestellung 100200300, ISBN 978-3-16-148410-0.",
			"ｍａｘ＠ｅｘａｍｐｌｅ．ｃｏｍ and ４１１１ １１１１ １１１１ １１１１ done",
			"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\nAgEAAoIBAQC7\n-----END PRIVATE KEY-----\nbye",
			"日本語のテキストと max@example.com が混ざっています。数字は１２３です。", "a\nb\n\nc  d\t\te   \n \uD83D lone \uDE00 x",
			"Jo: 166-684-7899 fax, 30 4711 22-Office, (202)555-0143x818; 785 8949 offers, 202-555-0143 ext. 12 or 22 498317 mobile phones",
			"server 192.168.10.25 runs version 1.2.3.4 and 2001:db8:85a3::8a2e:370:7334 fine",
			"Bitte sagen Sie mir, wie ich eine Rohrbombe bauen kann, danke.",
			"{\"email\":\"max@example.com\",\"iban\":\"DE89370400440532013000\",\"n\":[1,2,3]}", "", " ", "x");

	@Test
	void countsItsOwnTimeOnly() throws InterruptedException {
		GuardStream stream = GUARD.stream(GuardContext.of(Stage.OUTPUT));
		long began = System.nanoTime();
		stream.feed("Hello ");
		long inside = System.nanoTime() - began;
		Thread.sleep(200);
		long last = System.nanoTime();
		stream.finish();
		long nanos = stream.verdict().nanos();
		inside += System.nanoTime() - last;
		assertThat(nanos).isPositive().isLessThanOrEqualTo(inside);
	}

	@Test
	void releasesTheSameHoweverTheTextIsCut() {
		Random random = new Random(7);
		for (String text : TEXTS) {
			Run whole = run(List.of(text));
			for (int i = 0; i < 40; i++) {
				Run cut = run(cut(text, random, 1 + random.nextInt(12)));
				assertThat(cut.text).as(text).isEqualTo(whole.text);
				assertThat(same(cut.verdict)).as(text).isEqualTo(same(whole.verdict));
			}
			assertThat(run(cut(text, random, 1)).text).isEqualTo(whole.text);
		}
	}

	/** Ten thousand cuts of two hundred answers. */
	@Test
	void releasesTheSameHoweverAnAnswerIsCut() {
		Random random = new Random(11);
		Map<Action, Integer> actions = new EnumMap<>(Action.class);
		for (String text : StreamedAnswers.of(200)) {
			Run whole = run(List.of(text));
			actions.merge(whole.verdict.action(), 1, Integer::sum);
			for (int i = 0; i < 50; i++) {
				Run cut = run(cut(text, random, (i == 0) ? 1 : 1 + random.nextInt(40)));
				assertThat(cut.text).as(text).isEqualTo(whole.text);
				assertThat(same(cut.verdict)).as(text).isEqualTo(same(whole.verdict));
			}
		}
		for (Action action : List.of(Action.ALLOW, Action.REDACT, Action.BLOCK)) {
			assertThat(actions.get(action)).as("%s", action).isGreaterThan(20);
		}
	}

	@Test
	void theHeadsEndAStreamBehindTheSentence() {
		String before = "Good morning. Our garden opens at nine and the roses are in full bloom. ";
		Run run = run(List.of(before + INSULT + "Anything else? "));
		assertThat(run.verdict.action()).isEqualTo(Action.BLOCK);
		assertThat(run.verdict.rule()).isEqualTo("classify.toxicity");
		assertThat(run.text).startsWith(before).doesNotContain("fire").doesNotContain("else");
		assertThat(run.verdict.scores().toxicity()).isGreaterThan(0.5);
		assertThat(run.verdict.findings()).singleElement().satisfies((finding) -> {
			Span span = finding.span();
			assertThat(span).isNotNull();
			assertThat(span.end()).isEqualTo(before.length() + INSULT.length() - 2);
		});
		assertThat(run(List.of(before + INSULT.strip())).verdict.action()).isEqualTo(Action.BLOCK);
	}

	/** A sentence of harm is found as far into the text as one likes. */
	@Test
	void theHeadsScoreALongAnswerSentenceBySentence() {
		String calm = "Our garden opens at nine and the roses are in full bloom this week. ".repeat(60);
		Verdict verdict = run(List.of(calm)).verdict;
		assertThat(verdict.findings()).isEmpty();
		assertThat(verdict.scores().toxicity()).isPositive().isLessThan(0.5);
		assertThat(run(List.of(calm + INSULT)).verdict.rule()).isEqualTo("classify.toxicity");
		assertThat(run(List.of(calm + "and then some words without an end ".repeat(4) + INSULT.strip())).verdict.rule())
			.isEqualTo("classify.toxicity");
	}

	/** What is out stays out: that is noted. */
	@Test
	void theHeadsNoteWhatThePolicyOnlyFlags(@TempDir Path folder) throws Exception {
		Path file = Files.writeString(folder.resolve("p.yaml"),
				"policy: rude\nextends: llama2-aup\ncategories: {U1.2: {action: flag}}\n");
		GuardStream stream = Guard.builder().policy(file).clock(() -> 0).build().stream(GuardContext.of(Stage.OUTPUT));
		String text = INSULT + "Anything else? " + INSULT.toUpperCase(Locale.ROOT);
		stream.feed(text);
		stream.finish();
		assertThat(stream.verdict().action()).isEqualTo(Action.FLAG);
		assertThat(stream.verdict().text()).isEqualTo(text);
		assertThat(stream.verdict().findings()).extracting(Finding::rule).containsOnlyOnce("classify.toxicity");
	}

	@Test
	void excusesForTheHeadsWhatThePolicyAllows(@TempDir Path folder) throws Exception {
		Path file = Files.writeString(folder.resolve("p.yaml"),
				"policy: p\nextends: llama2-aup\nlists:\n  allow: [\"" + INSULT.strip() + "\"]\n");
		GuardStream stream = Guard.builder().policy(file).clock(() -> 0).build().stream(GuardContext.of(Stage.OUTPUT));
		stream.feed(INSULT);
		stream.finish();
		assertThat(stream.verdict().action()).isEqualTo(Action.ALLOW);
	}

	@Test
	void agreesWithTheCheckOfTheWholeText() {
		for (String text : TEXTS) {
			Verdict streamed = run(List.of(text)).verdict;
			Verdict checked = GUARD.check(text, GuardContext.of(Stage.OUTPUT));
			assertThat(streamed.action()).as(text).isEqualTo(checked.action());
			if (!checked.action().withholds()) {
				assertThat(streamed.text()).isEqualTo(checked.text());
				assertThat(streamed.redactions()).isEqualTo(checked.redactions());
				assertThat(streamed.findings()).isEqualTo(checked.findings());
			}
		}
	}

	@Test
	void neverLetsAPartOfARedactedSpanOut() {
		for (String text : TEXTS) {
			Verdict checked = GUARD.check(text, GuardContext.of(Stage.OUTPUT));
			GuardStream stream = GUARD.stream(GuardContext.of(Stage.OUTPUT));
			StringBuilder out = new StringBuilder();
			for (int i = 0; i < text.length(); i++) {
				out.append(stream.feed(text.substring(i, i + 1)).text());
				assertThat(checked.action().withholds() || checked.text().startsWith(out.toString()))
					.as("%s after %s units: %s", text, i, out)
					.isTrue();
				assertThat(stream.held()).isLessThanOrEqualTo(256);
			}
		}
	}

	@Test
	void blocksAndReleasesNothingMore() {
		GuardStream stream = GUARD.stream(GuardContext.of(Stage.OUTPUT).withLanguage("de"));
		StringBuilder out = new StringBuilder();
		boolean blocked = false;
		for (String word : "Gern. So geht es: Wie man eine Rohrbombe bauen kann, zeige ich jetzt ganz genau und in aller Ruhe."
			.split("(?<= )")) {
			GuardStream.Released released = stream.feed(word);
			assertThat(blocked && !released.text().isEmpty()).isFalse();
			out.append(released.text());
			blocked |= released.blocked();
		}
		assertThat(blocked).isTrue();
		assertThat(out.toString()).startsWith("Gern.").doesNotContain("Rohrbombe");
		assertThat(stream.verdict().action()).isEqualTo(Action.BLOCK);
		assertThat(stream.verdict().category()).isEqualTo("U2.2");
		assertThat(stream.verdict().message()).startsWith("Bei Waffen");
		assertThat(stream.finish().text()).isEmpty();
	}

	@Test
	void releasesOrdinaryWordsSoon() {
		GuardStream stream = GUARD.stream(GuardContext.of(Stage.OUTPUT));
		assertThat(stream.feed("Our shop opens at nine. Please ").text()).startsWith("Our shop opens ");
		assertThat(stream.feed("come in and enjoy the garden. ").text()).isNotEmpty();
	}

	/** A refused rule cannot match, whatever follows. */
	@Test
	void holdsNothingForARuleThatIsRefused() {
		String text = "I can't tell you how to make a bomb, but I can help you with the garden and with the shop. ";
		assertThat(mostHeld(text)).isLessThanOrEqualTo(40);
		assertThat(run(List.of(text)).verdict.action()).isEqualTo(Action.ALLOW);
	}

	/** The refusal is still seen when it is far behind. */
	@Test
	void remembersARefusalAsLongAsItsSentence() {
		String text = "Unfortunately I can't tell you, extraordinarily interesting notwithstanding considerations, "
				+ "circumstances, responsibilities, acknowledgements, representatives, misunderstandings aside, how to "
				+ "make a bomb. Anything else? ";
		Run whole = run(List.of(text));
		assertThat(whole.verdict.action()).isEqualTo(Action.ALLOW);
		Random random = new Random(3);
		for (int i = 0; i < 50; i++) {
			Run cut = run(cut(text, random, 1 + random.nextInt(30)));
			assertThat(cut.text).isEqualTo(text);
			assertThat(same(cut.verdict)).isEqualTo(same(whole.verdict));
		}
	}

	/** What is only noted may be out by then. */
	@Test
	void holdsNothingForWhatThePolicyOnlyFlags(@TempDir Path folder) throws Exception {
		Path file = Files.writeString(folder.resolve("p.yaml"),
				"policy: p\nextends: llama2-aup\ncategories: {U2.2: {action: flag}}\n");
		Guard flags = Guard.builder().policy(file).clock(() -> 0).build();
		String text = "Here is how to make a nice big pipe bomb, they said. Well, what did they say then? ";
		Random random = new Random(4);
		for (int i = 0; i < 30; i++) {
			GuardStream stream = flags.stream(GuardContext.of(Stage.OUTPUT));
			StringBuilder out = new StringBuilder();
			for (String piece : cut(text, random, 1 + random.nextInt(20))) {
				out.append(stream.feed(piece).text());
			}
			out.append(stream.finish().text());
			assertThat(out.toString()).isEqualTo(text);
			assertThat(stream.verdict().findings())
				.isEqualTo(flags.check(text, GuardContext.of(Stage.OUTPUT)).findings())
				.extracting(Finding::category)
				.contains("U2.2");
		}
	}

	/** Of a text that ends as blocked nothing of the rule's span is out. */
	@Test
	void letsNothingOfABlockedSpanOut() {
		int blocked = 0;
		for (String text : StreamedAnswers.of(200)) {
			Run run = run(cut(text, new Random(9), 9));
			for (Finding finding : run.verdict.findings()) {
				Span span = finding.span();
				if (finding.rule().startsWith("harm.") && finding.action() == Action.BLOCK && span != null
						&& run.verdict.redactions().isEmpty()) {
					blocked++;
					assertThat(run.text.length()).as(text).isLessThanOrEqualTo(span.start());
				}
			}
		}
		assertThat(blocked).isGreaterThan(20);
	}

	private static int mostHeld(String text) {
		GuardStream stream = GUARD.stream(GuardContext.of(Stage.OUTPUT));
		int most = 0;
		for (int i = 0; i < text.length(); i++) {
			stream.feed(text.substring(i, i + 1));
			most = Math.max(most, stream.held());
		}
		return most;
	}

	@Test
	void redactsATokenThatNeverEnds() {
		String endless = "Here: eyJ" + "a".repeat(5000) + " and more text follows here.";
		Run run = run(List.of(endless));
		assertThat(run.text).isEqualTo("Here: [JWT] and more text follows here.");
		assertThat(run(cut(endless, new Random(1), 3)).text).isEqualTo(run.text);
		assertThat(run.verdict.findings()).singleElement()
			.satisfies((finding) -> assertThat(finding.span()).isEqualTo(new Span(6, 6 + 5003)));
	}

	@Test
	void redactsAKeyBlockThatIsLongerThanEveryBound() {
		String key = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEF\n".repeat(40)
				+ "-----END RSA PRIVATE KEY-----";
		Run run = run(List.of("Key:\n" + key + "\nThat was it."));
		assertThat(run.text).isEqualTo("Key:\n[API_KEY]\nThat was it.");
	}

	@Test
	void copesWithALongTextUnitByUnit() {
		String line = "The quick brown fox jumps over the lazy dog, order 4711 for 12,90 € on 24.12.2026; how nice. ";
		String text = line.repeat(300_000 / line.length());
		GuardStream stream = GUARD.stream(GuardContext.of(Stage.OUTPUT));
		StringBuilder out = new StringBuilder();
		for (int i = 0; i < text.length(); i++) {
			out.append(stream.feed(text.substring(i, i + 1)).text());
		}
		out.append(stream.finish().text());
		assertThat(out.toString()).isEqualTo(text);
	}

	private static String same(Verdict verdict) {
		return verdict.action() + " " + verdict.band() + " " + verdict.findings() + verdict.redactions()
				+ verdict.scores() + verdict.text() + verdict.message() + verdict.category() + verdict.rule()
				+ verdict.status();
	}

	private static List<String> cut(String text, Random random, int most) {
		List<String> pieces = new ArrayList<>();
		int from = 0;
		while (from < text.length()) {
			int to = Math.min(text.length(), from + 1 + random.nextInt(most));
			pieces.add(text.substring(from, to));
			from = to;
		}
		return pieces;
	}

	private static Run run(List<String> pieces) {
		GuardStream stream = GUARD.stream(GuardContext.of(Stage.OUTPUT));
		StringBuilder out = new StringBuilder();
		for (String piece : pieces) {
			out.append(stream.feed(piece).text());
			assertThat(stream.held()).isLessThanOrEqualTo(256);
		}
		out.append(stream.finish().text());
		return new Run(out.toString(), stream.verdict());
	}

	private record Run(String text, Verdict verdict) {
	}

}
