package io.github.llamaspring.guard.feedback;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.audit.TextCipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FeedbackTests {

	private static final Instant TIME = Instant.parse("2026-11-23T10:00:00Z");

	private static final TextCipher CIPHER = TextCipher.of("k1", Base64.getEncoder().encodeToString(new byte[32]));

	@TempDir
	private Path folder;

	private static Feedback feedback(String text, Label label, int second) {
		return new Feedback(UUID.randomUUID(), TIME.plusSeconds(second), UUID.randomUUID(), text, "de", Stage.OUTPUT,
				Action.BLOCK, List.of("U1.7", "U2.2"), Opinion.OVERTURN, label, "", "anna", "seen \ud83d\ude00");
	}

	private static Feedback on(String text, String language, String category, List<String> categories, String note) {
		return new Feedback(UUID.randomUUID(), TIME, null, text, language, Stage.INPUT, null, categories,
				Opinion.CONFIRM, Label.HARMFUL, category, null, note);
	}

	private static List<Feedback> all(FeedbackStore store) {
		List<Feedback> all = new ArrayList<>();
		store.forEach(all::add);
		return all;
	}

	@Test
	void comesBackAsItWas() throws Exception {
		for (TextCipher cipher : new TextCipher[] { null, CIPHER }) {
			Path file = this.folder.resolve("feedback" + (cipher != null) + ".jsonl");
			JsonLinesFeedbackStore store = new JsonLinesFeedbackStore(file, cipher);
			assertThat(all(store)).isEmpty();
			assertThat(store.delete(UUID.randomUUID())).isFalse();
			List<Feedback> given = List.of(feedback("Töte den Prozess\n", Label.BENIGN, 0),
					on("build it", "en", "U2.2", List.of(), null),
					feedback("x".repeat(Feedback.LONGEST), Label.TOXIC, 2));
			given.forEach(store::add);
			assertThat(all(new JsonLinesFeedbackStore(file, cipher))).isEqualTo(given);
			assertThat(Files.readString(file).contains("Prozess")).isEqualTo(cipher == null);
			assertThat(Files.readString(file).contains("seen")).isEqualTo(cipher == null);
			assertThat(store.delete(given.get(1).id())).isTrue();
			assertThat(store.delete(given.get(1).id())).isFalse();
			assertThat(all(store)).containsExactly(given.get(0), given.get(2));
		}
	}

	@Test
	void whatAWriteLeftHalfTakesNothingAlong() throws Exception {
		Path file = this.folder.resolve("feedback.jsonl");
		JsonLinesFeedbackStore store = new JsonLinesFeedbackStore(file, null);
		store.add(feedback("one", Label.BENIGN, 0));
		Files.writeString(file, "{\"id\":\"half", StandardOpenOption.APPEND);
		store.add(feedback("two", Label.BENIGN, 1));
		assertThat(Files.readAllLines(file)).hasSize(3);
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> all(store))
			.withMessageContaining("feedback.jsonl, line 2");
	}

	@Test
	void saysWhyItCannotReadOrWrite() {
		JsonLinesFeedbackStore store = new JsonLinesFeedbackStore(this.folder.resolve("feedback.jsonl"), CIPHER);
		store.add(feedback("one", Label.BENIGN, 0));
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> all(new JsonLinesFeedbackStore(this.folder.resolve("feedback.jsonl"), null)))
			.withMessageContaining("line 1")
			.withMessageContaining("the key k1");
		TextCipher other = TextCipher.of("k1",
				Base64.getEncoder().encodeToString("thirty-two bytes of another key.".getBytes()));
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> all(new JsonLinesFeedbackStore(this.folder.resolve("feedback.jsonl"), other)))
			.withMessageContaining("key is another one");
		assertThatExceptionOfType(java.io.UncheckedIOException.class)
			.isThrownBy(() -> new JsonLinesFeedbackStore(this.folder.resolve("no/where"), null)
				.add(feedback("one", Label.BENIGN, 0)));
	}

	@Test
	void sixtyFourThreadsLoseNothing() throws Exception {
		JsonLinesFeedbackStore store = new JsonLinesFeedbackStore(this.folder.resolve("feedback.jsonl"), CIPHER);
		List<Thread> threads = new ArrayList<>();
		for (int t = 0; t < 64; t++) {
			String text = "text " + t;
			threads.add(Thread.ofPlatform().start(() -> {
				for (int i = 0; i < 3; i++) {
					store.add(feedback(text, Label.BENIGN, i));
				}
			}));
		}
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(all(store)).hasSize(192);
	}

	@Test
	void exportsEachTextOnceWithTheNewestWord() throws IOException {
		JsonLinesFeedbackStore store = new JsonLinesFeedbackStore(this.folder.resolve("feedback.jsonl"), CIPHER);
		Feedback last = feedback("kill the process", Label.BENIGN, 9);
		List.of(feedback("kill the process", Label.HARMFUL, 1), last, feedback("kill the process", Label.HARMFUL, 2),
				feedback("you are \"nice\"", Label.TOXIC, 3), feedback("same", Label.INJECTION, 4),
				feedback("same", Label.INJECTION, 5))
			.forEach(store::add);
		StringBuilder out = new StringBuilder();
		FeedbackExport.Summary summary = FeedbackExport.write(store, out);
		assertThat(summary).isEqualTo(new FeedbackExport.Summary(3, 3, 1));
		List<JsonNode> rows = out.toString().lines().map((line) -> JsonMapper.shared().readTree(line)).toList();
		assertThat(rows).allSatisfy((row) -> assertThat(row.propertyNames()).containsExactly("id", "text", "lang",
				"label", "category", "stage", "source", "licence"));
		assertThat(rows).extracting((row) -> row.get("label").asString())
			.containsExactly("toxic", "injection", "benign");
		assertThat(rows.get(0).get("text").asString()).isEqualTo("you are \"nice\"");
		assertThat(rows.get(2).get("id").asString()).isEqualTo(last.id().toString());
		assertThat(rows.get(2).get("stage").asString()).isEqualTo("output");
		StringBuilder again = new StringBuilder();
		FeedbackExport.write(store, again);
		assertThat(again.toString()).isEqualTo(out.toString());
	}

	@Test
	void refusesWhatCannotBeLearntFrom() {
		assertThatIllegalArgumentException().isThrownBy(() -> on(" ", "en", "", List.of(), null));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> on("x".repeat(Feedback.LONGEST + 1), "en", "", List.of(), null));
		assertThatIllegalArgumentException().isThrownBy(() -> on("text", "English", "", List.of(), null))
			.withMessageContaining("English");
		assertThatIllegalArgumentException().isThrownBy(() -> on("text", "en", "", List.of(), "x".repeat(2001)));
		assertThatIllegalArgumentException().isThrownBy(() -> on("text", "en", "U".repeat(201), List.of(), null));
		assertThatIllegalArgumentException().isThrownBy(() -> Label.of("nice")).withMessageContaining("nice");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Feedback(UUID.randomUUID(), TIME, null, "text", "en", Stage.INPUT, null, List.of(),
					Opinion.CONFIRM, Label.BENIGN, "U2.2", null, null))
			.withMessageContaining("only harmful");
		assertThat(feedback("secret words", Label.BENIGN, 0).toString()).doesNotContain("secret");
		assertThat(Feedback.languageOf("Wo ist die Rechnung?", null)).isEqualTo("de");
		assertThat(Feedback.languageOf("Hello", "PT-br")).isEqualTo("pt");
		assertThat(Feedback.languageOf("Hello", "??")).isEqualTo("en");
	}

	@Test
	void textsAboutHarmToChildrenAreNotTaken() {
		assertThatIllegalArgumentException().isThrownBy(() -> on("text", "en", "U1.1b", List.of(), null));
		assertThatIllegalArgumentException().isThrownBy(() -> on("text", "en", "", List.of("EMAIL", "U1.1b"), null));
	}

}
