package io.github.llamaspring.boot.guard;

import java.io.IOException;
import java.util.UUID;

import io.github.llamaspring.guard.audit.AuditLookup;
import io.github.llamaspring.guard.audit.TextCipher;
import io.github.llamaspring.guard.feedback.Feedback;
import io.github.llamaspring.guard.feedback.FeedbackExport;
import io.github.llamaspring.guard.feedback.FeedbackStore;
import org.jspecify.annotations.Nullable;

/**
 * What people say of verdicts: kept, and exported as labelled texts for
 * {@code GuardCli train --feedback}. Thread-safe.
 */
public interface GuardFeedback {

	/**
	 * Feedback in a store.
	 * @param moderation says what the guard thinks of a text where no audit event does
	 * @param events where audit events are found; null where they are not
	 * @param cipher reads the texts of audit events; null without a key
	 */
	static GuardFeedback of(FeedbackStore store, Moderation moderation, @Nullable AuditLookup events,
			@Nullable TextCipher cipher) {
		return new StoredFeedback(store, moderation, events, cipher);
	}

	/**
	 * Takes feedback in.
	 * @return as it was kept
	 * @throws IllegalArgumentException saying what is missing or can't be taken
	 */
	Feedback add(FeedbackRequest request);

	/**
	 * Writes each text once, as JSON Lines of training data: the newest word on it
	 * counts.
	 */
	FeedbackExport.Summary export(Appendable out) throws IOException;

	/**
	 * Forgets feedback.
	 * @return whether it was there
	 */
	boolean delete(UUID id);

}
