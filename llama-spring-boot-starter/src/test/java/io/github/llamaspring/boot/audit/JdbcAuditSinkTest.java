package io.github.llamaspring.boot.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Band;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Status;
import io.github.llamaspring.guard.audit.AsyncAuditSink;
import io.github.llamaspring.guard.audit.EncryptedText;
import io.github.llamaspring.guard.audit.EventIds;
import io.github.llamaspring.guard.audit.GuardEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JdbcAuditSinkTest {

	static List<JdbcTemplate> databases() {
		return Databases.all();
	}

	private static GuardEvent event(Instant time, String tenant) {
		return new GuardEvent(EventIds.next(time), time.truncatedTo(ChronoUnit.MICROS), Stage.OUTPUT, tenant, "c0ffee",
				Action.BLOCK, Band.HIT, Status.OK, "U2.2", "harm.x", new PolicyInfo("shop", "3", "abc"),
				List.of(new GuardEvent.Found("harm.ä", "U2.2", Band.HIT, 0.25, Action.BLOCK)), 1, "hash", 12, "pt",
				12345, true, false, true, new EncryptedText("k1", "A".repeat(100_000)));
	}

	private static GuardEvent plain(Instant time) {
		return new GuardEvent(EventIds.next(time), time.truncatedTo(ChronoUnit.MICROS), Stage.INPUT, null, null,
				Action.ALLOW, Band.CLEAR, Status.TIMEOUT, null, null, new PolicyInfo("shop", "3", "abc"), List.of(), 0,
				"hash", 12, "pt", 12345, false, true, false, null);
	}

	private static long count(JdbcTemplate jdbc) {
		Long count = jdbc.queryForObject("SELECT COUNT(*) FROM llama_guard_audit", Long.class);
		return (count != null) ? count : -1;
	}

	@ParameterizedTest
	@MethodSource("databases")
	void comesBackAsItWas(JdbcTemplate jdbc) {
		JdbcAuditSink sink = new JdbcAuditSink(jdbc);
		List<GuardEvent> events = List.of(event(Instant.now(), "beta"), plain(Instant.now()));
		sink.acceptAll(events);
		for (GuardEvent event : events) {
			assertThat(sink.find(event.id())).isEqualTo(event);
		}
		assertThat(sink.find(UUID.randomUUID())).isNull();
	}

	@ParameterizedTest
	@MethodSource("databases")
	void anythingMayBeATenant(JdbcTemplate jdbc) {
		JdbcAuditSink sink = new JdbcAuditSink(jdbc);
		GuardEvent odd = event(Instant.now(), "a\0b\ud800 \ud83d\ude00");
		GuardEvent longer = event(Instant.now(), "x".repeat(5000));
		sink.acceptAll(List.of(odd, longer));
		assertThat(sink.find(odd.id()).tenant()).isEqualTo("a\ufffdb\ufffd \ud83d\ude00");
		assertThat(sink.find(longer.id()).tenant()).hasSize(200);
	}

	@ParameterizedTest
	@MethodSource("databases")
	void oneRefusedEventTakesNoOtherAlong(JdbcTemplate jdbc) {
		JdbcAuditSink sink = new JdbcAuditSink(jdbc);
		GuardEvent good = plain(Instant.now());
		GuardEvent bad = new GuardEvent(EventIds.next(Instant.now()), Instant.now(), Stage.INPUT, null,
				"longer than a hash".repeat(10), Action.ALLOW, Band.CLEAR, Status.OK, null, null,
				new PolicyInfo("shop", "3", "abc"), List.of(), 0, "hash", 12, "pt", 12345, false, false, false, null);
		GuardEvent last = plain(Instant.now());
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> sink.acceptAll(List.of(good, bad, last)));
		assertThat(count(jdbc)).isEqualTo(2);
		assertThat(sink.find(last.id())).isEqualTo(last);
	}

	@ParameterizedTest
	@MethodSource("databases")
	void removesWhatIsTooOld(JdbcTemplate jdbc) {
		JdbcAuditSink sink = new JdbcAuditSink(jdbc);
		Instant now = Instant.now();
		GuardEvent old = plain(now.minus(Duration.ofDays(91)));
		GuardEvent young = plain(now.minus(Duration.ofDays(89)));
		sink.acceptAll(List.of(old, young));
		assertThat(count(jdbc)).isEqualTo(2);
		try (AuditRetention retention = new AuditRetention(sink, Duration.ofDays(90))) {
			retention.purge();
		}
		assertThat(sink.find(old.id())).isNull();
		assertThat(sink.find(young.id())).isEqualTo(young);
	}

	@ParameterizedTest
	@MethodSource("databases")
	void sixtyFourThreadsLoseNothing(JdbcTemplate jdbc) throws Exception {
		AsyncAuditSink sink = new AsyncAuditSink(new JdbcAuditSink(jdbc), 10_000);
		List<Thread> threads = new ArrayList<>();
		for (int t = 0; t < 64; t++) {
			threads.add(Thread.ofPlatform().start(() -> {
				for (int i = 0; i < 50; i++) {
					sink.accept(plain(Instant.now()));
				}
			}));
		}
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(sink.flush(Duration.ofMinutes(1))).isTrue();
		sink.close();
		assertThat(sink.dropped() + sink.failed()).isZero();
		assertThat(count(jdbc)).isEqualTo(64 * 50);
	}

	@ParameterizedTest
	@MethodSource("databases")
	void aDatabaseThatFailsIsCounted(JdbcTemplate jdbc) {
		jdbc.execute("ALTER TABLE llama_guard_audit RENAME TO llama_guard_audit_gone");
		try (AsyncAuditSink sink = new AsyncAuditSink(new JdbcAuditSink(jdbc), 10)) {
			sink.accept(plain(Instant.now()));
			assertThat(sink.flush(Duration.ofMinutes(1))).isTrue();
			assertThat(sink.failed()).isEqualTo(1);
		}
		finally {
			jdbc.execute("ALTER TABLE llama_guard_audit_gone RENAME TO llama_guard_audit");
		}
	}

}
