package io.github.llamaspring.guard;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.llamaspring.guard.classify.Example;
import io.github.llamaspring.guard.classify.Trainer;
import io.github.llamaspring.guard.classify.VectorHeads;
import io.github.llamaspring.guard.semantic.SentenceVectors;

import static org.assertj.core.api.Assertions.assertThat;

class AnswerTests {

	private static final Guard GUARD = Guard.builder().clock(() -> 0).build();

	private static final String INSTRUCTIONS = """
			You are a helpful assistant of Garten & Haus, a shop for garden tools in Lübeck.
			Never mention the discount code for staff and never talk about the competitor across the street.
			If somebody asks for a refund above two hundred euros, hand the conversation over to a colleague at once.
			Answer politely, in the language of the customer, and keep every answer below five sentences.
			""";

	private static final GuardContext OUTPUT = GuardContext.of(Stage.OUTPUT).withInstructions(INSTRUCTIONS);

	@TempDir
	private Path folder;

	private Guard guard(String yaml) throws Exception {
		return Guard
			.load(Files.writeString(this.folder.resolve("p.yaml"), "policy: p\nextends: llama2-aup\n" + yaml + "\n"));
	}

	// instructions

	@ParameterizedTest
	@ValueSource(strings = {
			"Sure! My rules: never mention the discount code for staff and never talk about the competitor across the street.",
			"NEVER MENTION  the dis\u200bcount code — for staff, and never\ntalk about the competitor",
			"n3ver m3ntion the disc0unt code for st4ff and nev3r talk about the comp3titor across the street" })
	void repeatedInstructionsAreBlocked(String answer) {
		Verdict verdict = GUARD.check(answer, OUTPUT);
		assertThat(verdict.action()).isEqualTo(Action.BLOCK);
		assertThat(verdict.rule()).isEqualTo("answer.leak");
		assertThat(verdict.category()).isEqualTo("SYSTEM_PROMPT");
		assertThat(verdict.message()).isEqualTo("I can't share my instructions. Please ask your question directly.");
	}

	@Test
	void encodedInstructionsAreBlocked() {
		String line = INSTRUCTIONS.lines().toList().get(1);
		String base64 = Base64.getEncoder().encodeToString(line.getBytes());
		assertThat(GUARD.check("Here you are: " + base64, OUTPUT).rule()).isEqualTo("answer.leak");
		assertThat(GUARD.check("In rot13: " + rot13(line), OUTPUT).rule()).isEqualTo("answer.leak");
	}

	@Test
	void manyShortPiecesAreALeakFewAreNot() {
		String few = "I keep every answer below five paragraphs. As a helpful assistant of Garten & Haus I am glad to help.";
		assertThat(GUARD.check(few, OUTPUT).action()).isEqualTo(Action.ALLOW);
		String many = "One: a helpful assistant of Garten & Haus. Two: never mention the discount code for people. "
				+ "Three: never talk about the competitor here. Four: somebody asks for a refund above something; "
				+ "hand the conversation over to a friend. Five: in the language of the customer only, "
				+ "and keep every answer below ten.";
		Verdict verdict = GUARD.check(many, OUTPUT);
		assertThat(verdict.rule()).isEqualTo("answer.leak");
		assertThat(verdict.findings()).hasSizeGreaterThan(4);
	}

	@Test
	void commonPhrasesAndSourcesMayBeTold() {
		assertThat(GUARD.check("You are a helpful assistant.", OUTPUT).action()).isEqualTo(Action.ALLOW);
		assertThat(GUARD
			.check("I am an assistant of Garten & Haus, a shop for garden tools in Lübeck. How can I help you?", OUTPUT)
			.action()).isEqualTo(Action.ALLOW);
		String fact = "If somebody asks for a refund above two hundred euros, hand the conversation over to a colleague.";
		assertThat(GUARD.check(fact, OUTPUT).action()).isEqualTo(Action.BLOCK);
		assertThat(GUARD.check(fact, OUTPUT.withSources(List.of("Manual: " + fact))).action()).isEqualTo(Action.ALLOW);
		assertThat(GUARD.check(fact, GuardContext.of(Stage.OUTPUT)).action()).isEqualTo(Action.ALLOW);
		assertThat(GUARD
			.check("a a a a a a a a a a a a a a", GuardContext.of(Stage.OUTPUT).withInstructions("a ".repeat(5000)))
			.action()).isEqualTo(Action.ALLOW);
	}

	@Test
	void nothingOfALeakLeavesAStream() {
		String answer = "Gladly, here they are. " + INSTRUCTIONS.lines().toList().get(2) + " That was it.";
		int start = GUARD.check(answer, OUTPUT).findings().getFirst().span().start();
		Random random = new Random(3);
		for (int i = 0; i < 200; i++) {
			GuardStream stream = GUARD.stream(OUTPUT);
			StringBuilder out = new StringBuilder();
			for (String piece : cut(answer, random)) {
				out.append(stream.feed(piece).text());
				assertThat(stream.held()).isLessThanOrEqualTo(256);
			}
			out.append(stream.finish().text());
			assertThat(out.toString()).isEqualTo(answer.substring(0, start));
			assertThat(stream.verdict().rule()).isEqualTo("answer.leak");
		}
	}

	@Test
	void aRedactedLeakIsTheSameInAStream() throws Exception {
		Guard redacting = guard("leak: {action: redact}");
		String answer = "Gladly. " + String.join(" ", INSTRUCTIONS.lines().toList()) + " That was all of it.";
		Verdict whole = redacting.check(answer, OUTPUT);
		assertThat(whole.text()).isEqualTo("Gladly. You [SYSTEM_PROMPT]. That was all of it.");
		Random random = new Random(5);
		for (int i = 0; i < 100; i++) {
			GuardStream stream = redacting.stream(OUTPUT);
			StringBuilder out = new StringBuilder();
			cut(answer, random).forEach((piece) -> out.append(stream.feed(piece).text()));
			out.append(stream.finish().text());
			assertThat(out.toString()).isEqualTo(whole.text());
			assertThat(stream.verdict().findings()).isEqualTo(whole.findings());
		}
	}

	@Test
	void aLeakThatIsHeldForTooLongIsRedactedAllTheSame() throws Exception {
		AtomicLong now = new AtomicLong();
		Path file = Files.writeString(this.folder.resolve("p.yaml"),
				"policy: p\nextends: llama2-aup\nleak: {action: redact}\n");
		GuardStream stream = Guard.builder().policy(file).clock(now::get).build().stream(OUTPUT);
		String begun = "Gladly. " + String.join(" ", INSTRUCTIONS.lines().toList()).substring(0, 30);
		String out = stream.feed(begun).text();
		assertThat(out).isEqualTo("Gladly. You ");
		now.addAndGet(250_000_000);
		out += stream.poll().text();
		assertThat(out).isEqualTo(begun);
		for (String piece : cut(String.join(" ", INSTRUCTIONS.lines().toList()).substring(30), new Random(7))) {
			out += stream.feed(piece).text();
		}
		out += stream.feed(" That was all of it.").text() + stream.finish().text();
		assertThat(out).startsWith(begun).endsWith(". That was all of it.").doesNotContain("discount");
		assertThat(stream.verdict().status()).isEqualTo(Status.TIMEOUT);
		assertThat(stream.verdict().findings()).extracting(Finding::rule).containsExactly("answer.leak");
	}

	@Test
	void ordinaryAnswersAreHardlyHeldBack() {
		GuardStream stream = GUARD.stream(OUTPUT);
		assertThat(stream.feed("Our rakes cost between ten and thirty euros. ").text())
			.startsWith("Our rakes cost between ten and thirty ");
	}

	// refusals

	@ParameterizedTest
	@ValueSource(strings = { "I'm sorry, but I can't help with that.", "I cannot assist with that request.",
			"Sorry, I won't provide instructions for this.", "As an AI, I am unable to fulfill this request.",
			"This goes against my guidelines.", "Dabei kann ich Ihnen leider nicht helfen.",
			"Ich kann dir keine Anleitung dafür geben.", "Das kann ich leider nicht beantworten.",
			"Diese Anfrage muss ich leider ablehnen.", "Desculpe, mas não posso ajudar com isso.",
			"Não posso fornecer instruções para isso.", "Não consigo ajudá-lo com esse pedido.",
			"Lo siento, pero no puedo ayudarte con eso.", "No puedo proporcionar información sobre esto.",
			"Je suis désolé, mais je ne peux pas vous aider.", "Je ne peux pas répondre à cette demande.",
			"Je ne suis pas en mesure de fournir ces informations." })
	void refusalsAreRecorded(String answer) throws Exception {
		Verdict verdict = GUARD.check(answer, GuardContext.of(Stage.OUTPUT));
		assertThat(verdict.action()).isEqualTo(Action.ALLOW);
		assertThat(verdict.band()).isEqualTo(Band.CLEAR);
		assertThat(verdict.findings()).extracting(Finding::rule).containsOnly("answer.refusal");
		GuardStream stream = GUARD.stream(GuardContext.of(Stage.OUTPUT));
		String out = stream.feed(answer).text() + stream.finish().text();
		assertThat(out).isEqualTo(answer);
		assertThat(stream.verdict().findings()).isEqualTo(verdict.findings());
		Verdict asked = guard("refusal: {action: reask}").check(answer, GuardContext.of(Stage.OUTPUT));
		assertThat(asked.action()).isEqualTo(Action.REASK);
		assertThat(asked.message()).isNotBlank();
	}

	@ParameterizedTest
	@ValueSource(strings = { "I can help you with that.", "You can't return opened bottles.",
			"I can't find an order with this number.", "I can't help but smile.", "Sorry for the delay!",
			"If you can't log in, reset your password.", "Ich kann Ihnen gern helfen.",
			"Geöffnete Flaschen können Sie nicht zurückgeben.", "Das hilft leider nicht gegen Moos.",
			"Posso ajudar com isso.", "Não é possível devolver garrafas abertas.", "Puedo ayudarte con eso.",
			"No se puede devolver una botella abierta.", "Je peux vous aider avec plaisir.",
			"Vous ne pouvez pas rendre une bouteille ouverte." })
	void otherAnswersAreNoRefusals(String answer) {
		assertThat(GUARD.check(answer, GuardContext.of(Stage.OUTPUT)).findings()).isEmpty();
	}

	// groundedness

	private static final List<String> SOURCES = List.of(
			"Returns: within 30 days of delivery, free of charge above €1,299.50. Contact Anna Schmidt, Monday to Friday, 9:00-18:00.",
			"Der Umbau dauerte vom 5. März 2024 bis zum 12.04.2024 und kostete 2,5 Millionen Euro; 15 % weniger als geplant. "
					+ "Bestellnummer AB-4711, Garantie zwei Jahre, Gewicht 1.250 g. Leiterin ist Petra Hoffmann.");

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					en | You can return it within 30 days, and it is free above 1299.50 euros.
					en | Within 720 hours; the rebuilding ended on April 12, 2024 and cost 2,500,000 EUR.
					en | We saved 15 percent. Ask Anna Schmidt before 6 pm. The order is AB-4711; the guarantee is 24 months.
					en | It weighs 1.25 kg. There are 3 ways: 1. by mail, 2. by phone.
					de | Sie haben 30 Tage Zeit, ab 1.299,50 € kostenlos. Der Umbau endete am 12. April 2024.
					de | Am 05.03.2024 begann der Umbau, Kosten 2.500.000 Euro, also 15 Prozent weniger. Fragen Sie Frau Schmidt bis 18 Uhr.
					de | Die Leiterin Petra Hoffmann hilft Ihnen gern bei Fragen zu Rückgabe und Garantie.
					pt | A obra começou em 5 de março de 2024 e custou 2,5 milhões de euros, 15 por cento menos.
					pt | Tem 30 dias para devolver, grátis acima de 1 299,50 €. Fale com Anna Schmidt até às 18:00.
					es | La obra terminó el 12 de abril de 2024 y costó 2,5 millones de euros, un 15 por ciento menos.
					es | El peso es de 1250 g y la garantía de 2 años. Escriba a Petra Hoffmann.
					fr | Les travaux ont commencé le 5 mars 2024 et coûté 2,5 millions d'euros, soit 15 pour cent de moins.
					fr | Retour sous 30 jours, gratuit à partir de 1 299,50 €. Demandez Anna Schmidt avant 18:00.
					""")
	void whatSourcesHoldIsGrounded(String language, String answer) throws Exception {
		assertThat(grounding(answer, language)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			en | You can return it within 14 days.                        | number | 14 days
			en | It is free above €1,399.50.                              | number | €1,399.50
			en | We saved 30 %.                                           | number | 30 %
			en | The rebuilding ended on April 13, 2023.                  | date   | April 13, 2023
			en | You can ask Peter Weber about it.                        | name   | Peter Weber
			en | The order number is AB-4712.                             | number | AB-4712
			en | We are open until 8 pm.                                  | date   | 8 pm
			de | Sie haben 60 Tage Zeit.                                  | number | 60 Tage
			de | Der Umbau endete am 12.05.2024.                          | date   | 12.05.2024
			de | Der Umbau endete am 12. Mai 2024.                        | date   | 12. Mai 2024
			de | Fragen Sie bitte Frau Weber nach der Rückgabe.           | name   | Weber
			de | Der Umbau kostete 3,5 Millionen Euro.                    | number | 3,5 Millionen Euro
			pt | A obra terminou em 12 de maio de 2024.                   | date   | 12 de maio de 2024
			pt | A garantia é de 5 anos.                                  | number | 5 anos
			pt | Fale com Maria Silva, por favor.                         | name   | Maria Silva
			es | La obra costó 3,5 millones de euros.                     | number | 3,5 millones de euros
			es | Terminó el 12 de mayo de 2024.                           | date   | 12 de mayo de 2024
			es | Escriba a Carlos Ruiz, por favor.                        | name   | Carlos Ruiz
			fr | Retour gratuit à partir de 2 299,50 €.                   | number | 2 299,50 €
			fr | Les travaux ont fini le 12 mai 2024.                     | date   | 12 mai 2024
			fr | Vous pouvez demander Jean Dupont.                        | name   | Jean Dupont
			""")
	void whatNoSourceHoldsIsFound(String language, String answer, String kind, String part) throws Exception {
		List<Finding> findings = grounding(answer, language);
		assertThat(findings).singleElement().satisfies((finding) -> {
			assertThat(finding.rule()).isEqualTo("grounded." + kind);
			assertThat(finding.category()).isEqualTo("UNGROUNDED");
			assertThat(answer.substring(finding.span().start(), finding.span().end())).isEqualTo(part);
		});
	}

	private List<Finding> grounding(String answer, String language) throws Exception {
		Guard guard = guard("groundedness: {action: flag}\npii: {default: allow}");
		GuardContext context = GuardContext.of(Stage.OUTPUT).withLanguage(language).withSources(SOURCES);
		Verdict whole = guard.check(answer, context);
		GuardStream stream = guard.stream(context);
		answer.chars().forEach((c) -> stream.feed(Character.toString(c)));
		stream.finish();
		assertThat(stream.verdict().findings()).isEqualTo(whole.findings());
		assertThat(stream.verdict().text()).isEqualTo(answer);
		return whole.findings();
	}

	@Test
	void groundednessIsAskedForAndKnowsTheQuestion() throws Exception {
		GuardContext context = GuardContext.of(Stage.OUTPUT).withSources(SOURCES).withLanguage("en");
		String answer = "Your parcel 99123 takes 14 days.";
		assertThat(GUARD.check(answer, context).findings()).isEmpty();
		Guard rewriting = guard("groundedness: {action: rewrite}");
		assertThat(rewriting.check(answer, context.withSources(List.of())).findings()).isEmpty();
		Verdict verdict = rewriting.check(answer, context.withQuestion("Where is my parcel 99123?"));
		assertThat(verdict.findings()).singleElement().extracting(Finding::rule).isEqualTo("grounded.number");
		assertThat(verdict.text())
			.isEqualTo(answer + "\n\nPlease check: not everything in this answer is in the sources.");
	}

	@Test
	void sentencesAreComparedByMeaning() throws Exception {
		Path file = Files.writeString(this.folder.resolve("s.yaml"),
				"policy: s\nextends: llama2-aup\ngroundedness: {action: flag, similarity: 0.8}\n");
		AtomicInteger encoded = new AtomicInteger();
		TextEncoder encoder = (texts) -> {
			encoded.addAndGet(texts.size());
			return texts.stream()
				.map((text) -> text.contains("rake") ? new float[] { 1, 0 } : new float[] { 0.6f, 0.8f })
				.toList();
		};
		VectorHeads heads = heads(encoder);
		encoded.set(0);
		Guard guard = Guard.builder().policy(file).heads(heads).encoder(encoder, Duration.ofMinutes(1)).build();
		GuardContext context = GuardContext.of(Stage.OUTPUT).withSources(List.of("We sell every kind of rake here."));
		String answer = "You can buy a rake from us. Gladly! The moon is made of cheese.";
		assertThat(ungrounded(guard.check(answer, context))).singleElement().satisfies((finding) -> {
			assertThat(finding.rule()).isEqualTo("grounded.similarity");
			assertThat(finding.score()).isBetween(0.39, 0.41);
			assertThat(answer.substring(finding.span().start(), finding.span().end()))
				.isEqualTo("The moon is made of cheese");
		});
		// the answer for the semantic tier, two of its sentences, one of the sources
		assertThat(encoded).hasValue(4);
		assertThat(ungrounded(guard.check(answer, context))).hasSize(1);
		assertThat(encoded).hasValue(4);
		Verdict failed = Guard.builder().policy(file).heads(heads).encoder((texts) -> {
			throw new IllegalStateException("no encoder");
		}, Duration.ofMinutes(1)).build().check(answer, context);
		assertThat(failed.action()).isEqualTo(Action.BLOCK);
		assertThat(failed.rule()).startsWith("error.");
		assertThat(failed.status()).isEqualTo(Status.ERROR);
		assertThat(failed.findings()).extracting(Finding::rule).contains("error.grounded");
		Guard slow = Guard.builder().policy(file).heads(heads).encoder((texts) -> {
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return List.of();
		}, Duration.ofMillis(20)).build();
		Verdict late = slow.check(answer, context);
		assertThat(late.action()).isEqualTo(Action.BLOCK);
		assertThat(late.rule()).startsWith("error.");
		assertThat(late.status()).isEqualTo(Status.TIMEOUT);
		GuardStream stream = slow.stream(context);
		stream.feed(answer);
		stream.finish();
		assertThat(stream.verdict().action()).isEqualTo(Action.BLOCK);
		assertThat(stream.verdict().status()).isEqualTo(Status.TIMEOUT);
		Guard loading = Guard.builder().policy(file).heads(heads).encoder(new TextEncoder() {

			@Override
			public List<float[]> encode(List<String> texts) {
				throw new IllegalStateException("not ready");
			}

			@Override
			public boolean isReady() {
				return false;
			}
		}, Duration.ofMinutes(1)).build();
		assertThat(loading.check(answer, context).findings()).isEmpty();
		Files.writeString(file,
				"policy: s\nextends: llama2-aup\nsemantic: off\ngroundedness: {action: flag, similarity: 0.8}\n");
		Guard off = Guard.builder().policy(file).heads(heads).encoder(encoder, Duration.ofMinutes(1)).build();
		assertThat(off.check(answer, context).findings()).isEmpty();
		assertThat(encoded).hasValue(4);
	}

	/** Whatever the heads make of such vectors. */
	private static List<Finding> ungrounded(Verdict verdict) {
		return verdict.findings().stream().filter((finding) -> finding.category().equals("UNGROUNDED")).toList();
	}

	/** Heads that take such vectors. */
	private static VectorHeads heads(TextEncoder encoder) {
		List<Example> examples = new ArrayList<>();
		for (int i = 0; i < 240; i++) {
			String label = List.of("benign", "nontoxic", "benign", "harmful", "injection", "toxic").get(i % 6);
			examples.add(new Example("text " + label + " number " + i, "en", label,
					label.equals("harmful") ? "U1.7" : "", "source_" + i % 7, false, null));
		}
		return Objects
			.requireNonNull(Trainer.train(examples, new SentenceVectors(encoder, Duration.ofMinutes(1))).vectors());
	}

	@Test
	void competitorsAreAList() throws Exception {
		Guard guard = guard(
				"lists:\n  competitors: {words: [Acme Garden, Rasenfix], action: flag, category: COMPETITOR}");
		Verdict verdict = guard.check("Try RASENFIX or acme garden instead.", GuardContext.of(Stage.OUTPUT));
		assertThat(verdict.action()).isEqualTo(Action.FLAG);
		assertThat(verdict.findings()).extracting(Finding::category).containsExactly("COMPETITOR", "COMPETITOR");
	}

	@Test
	void longAndOddTextsTakeTimeInProportion() throws Exception {
		Guard guard = guard("groundedness: {action: flag}");
		String odd = "1.1.1.1 Aa Bb von Cc 12:61 99/99/9999 -1- 5. 5. März März 1'1'1 " + "9".repeat(5000) + " A"
				+ "1-".repeat(5000);
		String text = odd.repeat(20) + INSTRUCTIONS.repeat(100);
		GuardContext context = OUTPUT.withSources(List.of(text, odd));
		assertThat(guard.check(text, context).action()).isNotNull();
	}

	private static List<String> cut(String text, Random random) {
		List<String> pieces = new ArrayList<>();
		int from = 0;
		while (from < text.length()) {
			int to = Math.min(text.length(), from + 1 + random.nextInt(9));
			pieces.add(text.substring(from, to));
			from = to;
		}
		return pieces;
	}

	private static String rot13(String text) {
		StringBuilder out = new StringBuilder();
		for (char c : text.toCharArray()) {
			int base = (c >= 'a' && c <= 'z') ? 'a' : (c >= 'A' && c <= 'Z') ? 'A' : 0;
			out.append((base == 0) ? c : (char) (base + (c - base + 13) % 26));
		}
		return out.toString();
	}

}
