package io.github.llamaspring.boot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.llamaspring.boot.actuate.LlamaGuardMetrics;
import io.github.llamaspring.boot.audit.AuditRetention;
import io.github.llamaspring.boot.audit.JdbcAuditSink;
import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.boot.guard.TenantResolver;
import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.GuardStream;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Status;
import io.github.llamaspring.guard.TextEncoder;
import io.github.llamaspring.guard.audit.AsyncAuditSink;
import io.github.llamaspring.guard.audit.AuditSink;
import io.github.llamaspring.guard.audit.EventJson;
import io.github.llamaspring.guard.audit.GuardEvent;
import io.github.llamaspring.guard.audit.TextCipher;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Audit events in an application; no model is needed.
 */
class GuardAuditTest {

	private static final GuardContext INPUT = GuardContext.of(Stage.INPUT);

	private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

	private static final String TEXT = "Mail anna@example.com, please";

	@TempDir
	private Path folder;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LlamaAutoConfiguration.class, LlamaAuditAutoConfiguration.class,
				LlamaActuatorAutoConfiguration.class))
		.withPropertyValues("llama.startup=background", "llama.model=file:nowhere.gguf");

	private ApplicationContextRunner withDatabase() {
		return this.runner.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
					"llama.guard.audit.store=jdbc");
	}

	private static List<Map<String, Object>> rows(JdbcTemplate jdbc) {
		return jdbc.queryForList("SELECT * FROM llama_guard_audit ORDER BY created_at, id");
	}

	@Test
	void nothingIsKeptUnlessAsked() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(AuditSink.class)
			.doesNotHaveBean(AuditRetention.class));
	}

	@Test
	void everyModeratedTextIsARow() {
		AtomicInteger asked = new AtomicInteger();
		this.withDatabase().withBean(TenantResolver.class, () -> () -> {
			asked.incrementAndGet();
			return "beta";
		}).run((context) -> {
			Moderation moderation = context.getBean(Moderation.class);
			assertThat(moderation.check(TEXT, INPUT).action()).isEqualTo(Action.REDACT);
			assertThat(moderation.check(TEXT, INPUT).action()).isEqualTo(Action.REDACT);
			GuardStream stream = moderation.stream(GuardContext.of(Stage.OUTPUT).withConversation("talk-of-mrs-jones"));
			stream.feed("Gladly, and what shall I write?");
			stream.finish();
			AsyncAuditSink sink = context.getBean(AsyncAuditSink.class);
			assertThat(sink.flush(Duration.ofSeconds(30))).isTrue();
			List<Map<String, Object>> rows = rows(new JdbcTemplate(context.getBean(javax.sql.DataSource.class)));
			assertThat(rows).hasSize(3)
				.allSatisfy((row) -> assertThat(row).containsEntry("TENANT", "beta").containsEntry("TEXT_DATA", null));
			assertThat(rows).extracting((row) -> row.get("CACHED")).containsExactly(false, true, false);
			assertThat(rows).extracting((row) -> row.get("STREAMED")).containsExactly(false, false, true);
			assertThat(rows.get(0).get("TEXT_HASH")).isEqualTo(rows.get(1).get("TEXT_HASH"));
			assertThat(rows.toString()).doesNotContain("anna").doesNotContain("jones");
			SimpleMeterRegistry meters = new SimpleMeterRegistry();
			context.getBean(LlamaGuardMetrics.class).bindTo(meters);
			assertThat(meters.get("llama.guard.audit.events").tag("outcome", "written").functionCounter().count())
				.isEqualTo(3);
			assertThat(context).hasSingleBean(AuditRetention.class);
		});
		assertThat(asked.get()).isPositive();
	}

	@Test
	void whatWaitsIsWrittenWhenTheApplicationEnds() {
		String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
		this.withDatabase().withPropertyValues("spring.datasource.url=" + url).run((context) -> {
			for (int i = 0; i < 300; i++) {
				context.getBean(Moderation.class).check("Order " + i, INPUT);
			}
		});
		JdbcTemplate jdbc = new JdbcTemplate(
				new org.springframework.jdbc.datasource.DriverManagerDataSource(url, "sa", ""));
		assertThat(rows(jdbc)).hasSize(300);
	}

	@Test
	void textsAreKeptEncryptedWhereThatIsWanted() {
		this.withDatabase()
			.withPropertyValues("llama.guard.audit.content=encrypted", "llama.guard.audit.key=" + KEY,
					"llama.guard.audit.key-id=2026")
			.run((context) -> {
				context.getBean(Moderation.class).check(TEXT, INPUT);
				assertThat(context.getBean(AsyncAuditSink.class).flush(Duration.ofSeconds(30))).isTrue();
				JdbcTemplate jdbc = new JdbcTemplate(context.getBean(javax.sql.DataSource.class));
				UUID id = (UUID) rows(jdbc).getFirst().get("ID");
				GuardEvent event = context.getBean("llamaAuditStore", JdbcAuditSink.class).find(id);
				assertThat(TextCipher.of("2026", KEY).decrypt(event.text(), id)).isEqualTo(TEXT);
				assertThat(event.textHash()).isEqualTo(TextCipher.of("2026", KEY).hashes().hex(TEXT));
			});
		this.withDatabase()
			.withPropertyValues("llama.guard.audit.content=encrypted")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("openssl"));
		this.withDatabase()
			.withPropertyValues("llama.guard.audit.key=secret")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("openssl"));
	}

	@Test
	void hashesSurviveARestartWithAKey() throws Exception {
		Path file = this.folder.resolve("audit.jsonl");
		for (int i = 0; i < 2; i++) {
			this.runner
				.withPropertyValues("llama.guard.audit.store=jsonl", "llama.guard.audit.file=" + file,
						"llama.guard.audit.key=" + KEY)
				.run((context) -> context.getBean(Moderation.class).check(TEXT, INPUT));
		}
		List<GuardEvent> events = Files.readAllLines(file).stream().map(EventJson::read).toList();
		assertThat(events).hasSize(2).allSatisfy((event) -> assertThat(event.text()).isNull());
		assertThat(events.get(0).textHash()).isEqualTo(events.get(1).textHash());
	}

	@Test
	void tablesAreMadeWhereThatIsWanted() {
		this.withDatabase().withPropertyValues("llama.guard.audit.initialize-schema=never").run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(Moderation.class).check(TEXT, INPUT);
			AsyncAuditSink sink = context.getBean(AsyncAuditSink.class);
			assertThat(sink.flush(Duration.ofSeconds(30))).isTrue();
			assertThat(sink.failed()).isEqualTo(1);
		});
	}

	@Test
	void saysWhatIsMissingForADatabase() {
		this.runner.withPropertyValues("llama.guard.audit.store=jdbc")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("set spring.datasource.url"));
		this.runner.withPropertyValues("llama.guard.audit.store=jdbc")
			.withClassLoader(new FilteredClassLoader(JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("spring-boot-starter-jdbc"));
		this.runner
			.withClassLoader(new FilteredClassLoader("org.springframework.jdbc", "org.springframework.boot.jdbc",
					"org.springframework.boot.sql"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void theApplicationsOwnSinkIsUsed() {
		List<GuardEvent> events = Collections.synchronizedList(new ArrayList<>());
		this.withDatabase().withBean("own", AuditSink.class, () -> events::add).run((context) -> {
			context.getBean(Moderation.class).check(TEXT, INPUT);
			assertThat(context).doesNotHaveBean("llamaAuditSink");
			for (int i = 0; i < 600 && events.isEmpty(); i++) {
				Thread.sleep(20);
			}
			assertThat(events).hasSize(1);
		});
	}

	@Test
	void whatAFailureDecidedIsAskedAnew() {
		AtomicInteger calls = new AtomicInteger();
		TextEncoder broken = new TextEncoder() {
			@Override
			public List<float[]> encode(List<String> texts) {
				calls.incrementAndGet();
				throw new IllegalStateException("broken");
			}
		};
		this.runner.withBean(TextEncoder.class, () -> broken).run((context) -> {
			Moderation moderation = context.getBean(Moderation.class);
			String text = "Where can I return the lawn mower that I bought last week?";
			assertThat(moderation.check(text, INPUT).status()).isEqualTo(Status.ERROR);
			int once = calls.get();
			assertThat(moderation.check(text, INPUT).status()).isEqualTo(Status.ERROR);
			assertThat(calls.get()).isGreaterThan(once);
		});
	}

}
