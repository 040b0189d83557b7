package io.github.llamaspring.boot.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.audit.EncryptedText;
import io.github.llamaspring.guard.audit.TextCipher;
import io.github.llamaspring.guard.feedback.Feedback;
import io.github.llamaspring.guard.feedback.FeedbackStore;
import io.github.llamaspring.guard.feedback.Label;
import io.github.llamaspring.guard.feedback.Opinion;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * Keeps feedback in the table {@code llama_guard_feedback} ({@code schema.sql} beside
 * this class). Thread-safe.
 */
public final class JdbcFeedbackStore implements FeedbackStore {

	private static final String COLUMNS = "id, created_at, event_id, lang, stage, action, categories, opinion, label, "
			+ "category, reviewer, key_id, text_data, note";

	private final JdbcOperations jdbc;

	private final @Nullable TextCipher cipher;

	/**
	 * @param cipher encrypts texts and notes; null keeps them as they are
	 */
	public JdbcFeedbackStore(JdbcOperations jdbc, @Nullable TextCipher cipher) {
		this.jdbc = jdbc;
		this.cipher = cipher;
	}

	@Override
	public void add(Feedback feedback) {
		Action action = feedback.action();
		@Nullable Object[] values = { feedback.id(), OffsetDateTime.ofInstant(feedback.time(), ZoneOffset.UTC), feedback.event(),
				feedback.language(), feedback.stage().name(), (action != null) ? action.name() : null,
				Columns.clean(String.join("\n", feedback.categories())), feedback.opinion().name(),
				feedback.label().word(), Columns.fitted(feedback.category(), Feedback.LONGEST_NAME),
				Columns.fitted(feedback.reviewer(), Feedback.LONGEST_NAME),
				(this.cipher != null) ? this.cipher.keyId() : null, kept(feedback.text(), feedback.id()),
				kept(feedback.note(), feedback.id()) };
		this.jdbc.update("INSERT INTO llama_guard_feedback (" + COLUMNS + ") VALUES (" + "?, ".repeat(13) + "?)",
				values);
	}

	private @Nullable String kept(@Nullable String text, UUID id) {
		if (text == null) {
			return null;
		}
		return (this.cipher != null) ? this.cipher.encrypt(text, id).data() : Columns.clean(text);
	}

	@Override
	public void forEach(Consumer<? super Feedback> action) {
		this.jdbc.query("SELECT " + COLUMNS + " FROM llama_guard_feedback ORDER BY created_at, id",
				(ResultSet row) -> action.accept(feedback(row)));
	}

	private Feedback feedback(ResultSet row) throws SQLException {
		UUID id = row.getObject("id", UUID.class);
		String keyId = row.getString("key_id");
		String text = opened(row.getString("text_data"), keyId, id);
		String action = row.getString("action");
		String categories = row.getString("categories");
		return new Feedback(id, row.getObject("created_at", OffsetDateTime.class).toInstant(),
				row.getObject("event_id", UUID.class), (text != null) ? text : "", row.getString("lang"),
				Stage.valueOf(row.getString("stage")), (action != null) ? Action.valueOf(action) : null,
				categories.isEmpty() ? List.of() : List.of(categories.split("\n")),
				Opinion.valueOf(row.getString("opinion")), Label.of(row.getString("label")), row.getString("category"),
				row.getString("reviewer"), opened(row.getString("note"), keyId, id));
	}

	private @Nullable String opened(@Nullable String data, @Nullable String keyId, UUID id) {
		if (data == null || keyId == null) {
			return data;
		}
		if (this.cipher == null) {
			throw new IllegalStateException("the text of feedback " + id + " is encrypted with the key " + keyId
					+ ", but there is no key: set llama.guard.audit.key");
		}
		return this.cipher.decrypt(new EncryptedText(keyId, data), id);
	}

	@Override
	public boolean delete(UUID id) {
		return this.jdbc.update("DELETE FROM llama_guard_feedback WHERE id = ?", id) > 0;
	}

}
