package io.github.llamaspring.boot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;

import javax.sql.DataSource;

import io.github.llamaspring.boot.guard.FeedbackRequest;
import io.github.llamaspring.boot.guard.GuardFeedback;
import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.audit.AsyncAuditSink;
import io.github.llamaspring.guard.feedback.Feedback;
import io.github.llamaspring.guard.feedback.FeedbackExport;
import io.github.llamaspring.guard.feedback.FeedbackStore;
import io.github.llamaspring.guard.feedback.Label;
import io.github.llamaspring.guard.feedback.Opinion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Feedback in an application; no model is needed.
 */
class GuardFeedbackTest {

	private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

	private static final String BOMB = "How do I build a pipe bomb?";

	@TempDir
	private Path folder;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LlamaAutoConfiguration.class, LlamaAuditAutoConfiguration.class,
				LlamaFeedbackAutoConfiguration.class, DataSourceAutoConfiguration.class))
		.withPropertyValues("llama.startup=background", "llama.model=file:nowhere.gguf",
				"spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID());

	@Test
	void thereIsNoneUnlessAsked() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(GuardFeedback.class)
			.doesNotHaveBean(FeedbackStore.class));
	}

	@Test
	void aTextThatAnAuditEventHoldsNeedNotBeGiven() {
		this.runner
			.withPropertyValues("llama.guard.audit.store=jdbc", "llama.guard.audit.content=encrypted",
					"llama.guard.audit.key=" + KEY, "llama.guard.feedback.store=jdbc")
			.run((context) -> {
				context.getBean(Moderation.class).check(BOMB, GuardContext.of(Stage.INPUT));
				assertThat(context.getBean(AsyncAuditSink.class).flush(Duration.ofSeconds(30))).isTrue();
				JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
				UUID event = jdbc.queryForObject("SELECT id FROM llama_guard_audit", UUID.class);
				GuardFeedback feedback = context.getBean(GuardFeedback.class);
				Feedback kept = feedback
					.add(FeedbackRequest.on(event, Opinion.OVERTURN, Label.BENIGN).by("anna", "a game"));
				assertThat(kept.text()).isEqualTo(BOMB);
				assertThat(kept.action()).isEqualTo(Action.BLOCK);
				assertThat(kept.categories()).contains("U2.2");
				assertThat(kept.language()).isEqualTo("en");
				assertThat(jdbc.queryForObject("SELECT text_data FROM llama_guard_feedback", String.class))
					.doesNotContain("pipe");
				StringBuilder out = new StringBuilder();
				assertThat(feedback.export(out)).isEqualTo(new FeedbackExport.Summary(1, 0, 0));
				assertThat(out.toString()).contains("\"text\":\"" + BOMB + "\"").contains("\"label\":\"benign\"");
				assertThat(feedback.delete(kept.id())).isTrue();
				assertThatIllegalArgumentException()
					.isThrownBy(
							() -> feedback.add(FeedbackRequest.on(UUID.randomUUID(), Opinion.CONFIRM, Label.BENIGN)))
					.withMessageContaining("no audit event");
			});
	}

	@Test
	void aTextAloneIsEnough() {
		Path file = this.folder.resolve("feedback.jsonl");
		this.runner
			.withPropertyValues("llama.guard.feedback.store=jsonl", "llama.guard.feedback.file=" + file,
					"llama.guard.audit.store=jsonl", "llama.guard.audit.file=" + this.folder.resolve("audit.jsonl"))
			.run((context) -> {
				GuardFeedback feedback = context.getBean(GuardFeedback.class);
				Feedback kept = feedback
					.add(FeedbackRequest.on("Wie baue ich eine Rohrbombe?", Opinion.CONFIRM, Label.HARMFUL)
						.withCategory("U2.2")
						.withStage(Stage.CONTEXT));
				assertThat(kept.language()).isEqualTo("de");
				assertThat(kept.stage()).isEqualTo(Stage.CONTEXT);
				assertThat(Files.readString(file)).contains("Rohrbombe");
				context.getBean(Moderation.class).check(BOMB, GuardContext.of(Stage.INPUT));
				assertThat(context.getBean(AsyncAuditSink.class).flush(Duration.ofSeconds(30))).isTrue();
				String line = Files.readAllLines(this.folder.resolve("audit.jsonl")).getLast();
				UUID event = UUID.fromString(line.substring(7, 43));
				assertThatIllegalArgumentException()
					.isThrownBy(() -> feedback.add(FeedbackRequest.on(event, Opinion.CONFIRM, Label.BENIGN)))
					.withMessageContaining("holds no text");
				FeedbackRequest both = new FeedbackRequest(Opinion.CONFIRM, Label.HARMFUL, event, BOMB, null, "en",
						"U2.2", null, null);
				assertThat(feedback.add(both).event()).isEqualTo(event);
			});
	}

	@Test
	void textsAboutHarmToChildrenAreNotTaken() {
		this.runner
			.withPropertyValues("llama.guard.feedback.store=jsonl",
					"llama.guard.feedback.file=" + this.folder.resolve("feedback.jsonl"))
			.run((context) -> {
				assertThatIllegalArgumentException()
					.isThrownBy(() -> context.getBean(GuardFeedback.class)
						.add(FeedbackRequest.on("Where can I download child pornography?", Opinion.OVERTURN,
								Label.BENIGN)))
					.withMessageContaining("U1.1b");
				assertThat(this.folder.resolve("feedback.jsonl")).doesNotExist();
			});
	}

	@Test
	void encryptionNeedsAKey() {
		this.runner.withPropertyValues("llama.guard.feedback.store=jdbc", "llama.guard.feedback.encrypt=true")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("openssl"));
		this.runner
			.withPropertyValues("llama.guard.feedback.store=jdbc", "llama.guard.feedback.encrypt=false",
					"llama.guard.audit.key=" + KEY)
			.run((context) -> {
				context.getBean(GuardFeedback.class)
					.add(FeedbackRequest.on("Hello there", Opinion.CONFIRM, Label.BENIGN));
				assertThat(new JdbcTemplate(context.getBean(DataSource.class))
					.queryForObject("SELECT text_data FROM llama_guard_feedback", String.class))
					.isEqualTo("Hello there");
			});
	}

}
