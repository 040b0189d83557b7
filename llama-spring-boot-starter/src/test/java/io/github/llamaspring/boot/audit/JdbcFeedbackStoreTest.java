package io.github.llamaspring.boot.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.audit.TextCipher;
import io.github.llamaspring.guard.audit.TextCipherException;
import io.github.llamaspring.guard.feedback.Feedback;
import io.github.llamaspring.guard.feedback.Label;
import io.github.llamaspring.guard.feedback.Opinion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class JdbcFeedbackStoreTest {

	private static final TextCipher CIPHER = TextCipher.of("k1", Base64.getEncoder().encodeToString(new byte[32]));

	static List<JdbcTemplate> databases() {
		return Databases.all();
	}

	private static Feedback feedback(String text, boolean all) {
		return new Feedback(UUID.randomUUID(), Instant.now().truncatedTo(ChronoUnit.MICROS),
				all ? UUID.randomUUID() : null, text, "de", Stage.OUTPUT, all ? Action.BLOCK : null,
				all ? List.of("U1.7", "EMAIL") : List.of(), Opinion.OVERTURN, Label.HARMFUL, all ? "U2.2" : "",
				all ? "anna" : null, all ? "töte \ud83d\ude00" : null);
	}

	private static List<Feedback> all(JdbcFeedbackStore store) {
		List<Feedback> all = new ArrayList<>();
		store.forEach(all::add);
		return all;
	}

	@ParameterizedTest
	@MethodSource("databases")
	void comesBackAsItWas(JdbcTemplate jdbc) {
		for (TextCipher cipher : new TextCipher[] { null, CIPHER }) {
			jdbc.update("DELETE FROM llama_guard_feedback");
			JdbcFeedbackStore store = new JdbcFeedbackStore(jdbc, cipher);
			List<Feedback> given = List.of(feedback("Töte den Prozess", true), feedback("y".repeat(100_000), false));
			given.forEach(store::add);
			assertThat(all(store)).isEqualTo(given);
			assertThat(jdbc.queryForList("SELECT * FROM llama_guard_feedback").toString().contains("Prozess"))
				.isEqualTo(cipher == null);
			assertThat(store.delete(given.getFirst().id())).isTrue();
			assertThat(store.delete(given.getFirst().id())).isFalse();
			assertThat(all(store)).containsExactly(given.getLast());
		}
	}

	@ParameterizedTest
	@MethodSource("databases")
	void saysWhyItCannotRead(JdbcTemplate jdbc) {
		new JdbcFeedbackStore(jdbc, CIPHER).add(feedback("Hello", true));
		assertThatIllegalStateException().isThrownBy(() -> all(new JdbcFeedbackStore(jdbc, null)))
			.withMessageContaining("set llama.guard.audit.key");
		TextCipher other = TextCipher.of("k2", Base64.getEncoder().encodeToString(new byte[32]));
		assertThatExceptionOfType(TextCipherException.class).isThrownBy(() -> all(new JdbcFeedbackStore(jdbc, other)))
			.withMessageContaining("k1");
	}

	@ParameterizedTest
	@MethodSource("databases")
	void anyTextCanBeKept(JdbcTemplate jdbc) {
		JdbcFeedbackStore store = new JdbcFeedbackStore(jdbc, null);
		store.add(feedback("a\0b\ud800", true));
		assertThat(all(store)).singleElement()
			.satisfies((feedback) -> assertThat(feedback.text()).isEqualTo("a\ufffdb\ufffd"));
	}

}
