package io.github.llamaspring.boot.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Band;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Status;
import io.github.llamaspring.guard.audit.AuditLookup;
import io.github.llamaspring.guard.audit.AuditSink;
import io.github.llamaspring.guard.audit.EncryptedText;
import io.github.llamaspring.guard.audit.EventJson;
import io.github.llamaspring.guard.audit.GuardEvent;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * Keeps audit events in the table {@code llama_guard_audit} ({@code schema.sql} beside
 * this class), a batch by one statement. Thread-safe; put it behind an
 * {@link io.github.llamaspring.guard.audit.AsyncAuditSink}.
 */
public final class JdbcAuditSink implements AuditSink, AuditLookup {

	private static final String COLUMNS = "id, created_at, stage, tenant, conversation, action, band, status, category, "
			+ "rule, policy_id, policy_version, policy_hash, findings, finding_count, text_hash, text_length, lang, "
			+ "nanos, shadow, cached, streamed, text_key_id, text_data";

	private static final String INSERT = "INSERT INTO llama_guard_audit (" + COLUMNS + ") VALUES (" + "?, ".repeat(23)
			+ "?)";

	private final JdbcOperations jdbc;

	public JdbcAuditSink(JdbcOperations jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public void accept(GuardEvent event) {
		this.jdbc.update(INSERT, values(event));
	}

	/**
	 * Where the database refuses a batch for what is in it, its events are written one by
	 * one, so that one of them does not take the others along.
	 */
	@Override
	public void acceptAll(List<GuardEvent> events) {
		try {
			this.jdbc.batchUpdate(INSERT, events.stream().map(JdbcAuditSink::values).toList());
		}
		catch (DataIntegrityViolationException ex) {
			if (events.size() == 1) {
				throw ex;
			}
			acceptEach(events);
		}
	}

	private void acceptEach(List<GuardEvent> events) {
		RuntimeException failure = null;
		for (GuardEvent event : events) {
			try {
				if (find(event.id()) == null) {
					accept(event);
				}
			}
			catch (DataIntegrityViolationException ex) {
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	private static Object[] values(GuardEvent event) {
		EncryptedText text = event.text();
		@Nullable Object[] values = { event.id(), OffsetDateTime.ofInstant(event.time(), ZoneOffset.UTC), event.stage().name(),
				Columns.fitted(event.tenant(), 200), event.conversation(), event.action().name(), event.band().name(),
				event.status().name(), Columns.fitted(event.category(), 200), Columns.fitted(event.rule(), 200),
				Columns.fitted(event.policy().id(), 200), Columns.fitted(event.policy().version(), 100),
				Columns.fitted(event.policy().hash(), 64), EventJson.writeFindings(event.findings()),
				event.findingCount(), event.textHash(), event.length(), Columns.fitted(event.language(), 20),
				event.nanos(), event.shadow(), event.cached(), event.streamed(), (text != null) ? text.keyId() : null,
				(text != null) ? text.data() : null };
		return values;
	}

	@Override
	public @Nullable GuardEvent find(UUID id) {
		List<GuardEvent> found = this.jdbc.query("SELECT " + COLUMNS + " FROM llama_guard_audit WHERE id = ?",
				(row, number) -> event(row), id);
		return found.isEmpty() ? null : found.getFirst();
	}

	private static GuardEvent event(ResultSet row) throws SQLException {
		String keyId = row.getString("text_key_id");
		String data = row.getString("text_data");
		return new GuardEvent(row.getObject("id", UUID.class),
				row.getObject("created_at", OffsetDateTime.class).toInstant(), Stage.valueOf(row.getString("stage")),
				row.getString("tenant"), row.getString("conversation"), Action.valueOf(row.getString("action")),
				Band.valueOf(row.getString("band")), Status.valueOf(row.getString("status")), row.getString("category"),
				row.getString("rule"),
				new PolicyInfo(row.getString("policy_id"), row.getString("policy_version"),
						row.getString("policy_hash")),
				EventJson.readFindings(row.getString("findings")), row.getInt("finding_count"),
				row.getString("text_hash"), row.getInt("text_length"), row.getString("lang"), row.getLong("nanos"),
				row.getBoolean("shadow"), row.getBoolean("cached"), row.getBoolean("streamed"),
				(keyId != null && data != null) ? new EncryptedText(keyId, data) : null);
	}

	/**
	 * Removes events that are older.
	 * @return how many
	 */
	public int purge(Instant before) {
		return this.jdbc.update("DELETE FROM llama_guard_audit WHERE created_at < ?",
				OffsetDateTime.ofInstant(before, ZoneOffset.UTC));
	}

}
