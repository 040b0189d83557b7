package io.github.llamaspring.boot.guard;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import io.github.llamaspring.guard.audit.AuditLookup;
import io.github.llamaspring.guard.audit.EncryptedText;
import io.github.llamaspring.guard.audit.EventIds;
import io.github.llamaspring.guard.audit.GuardEvent;
import io.github.llamaspring.guard.audit.TextCipher;
import io.github.llamaspring.guard.feedback.Feedback;
import io.github.llamaspring.guard.feedback.FeedbackExport;
import io.github.llamaspring.guard.feedback.FeedbackStore;
import org.jspecify.annotations.Nullable;

/**
 * Completes feedback by the audit event it names, or by what the guard says now.
 */
final class StoredFeedback implements GuardFeedback {

	private final FeedbackStore store;

	private final Moderation moderation;

	private final @Nullable AuditLookup events;

	private final @Nullable TextCipher cipher;

	StoredFeedback(FeedbackStore store, Moderation moderation, @Nullable AuditLookup events,
			@Nullable TextCipher cipher) {
		this.store = store;
		this.moderation = moderation;
		this.events = events;
		this.cipher = cipher;
	}

	@Override
	public Feedback add(FeedbackRequest request) {
		UUID named = request.event();
		GuardEvent event = (named != null) ? event(named) : null;
		String text = text(request, event);
		Stage stage = Objects.requireNonNullElse(request.stage(), (event != null) ? event.stage() : Stage.INPUT);
		// also tells whether the text may be kept at all
		Verdict verdict = this.moderation.check(text, GuardContext.of(stage));
		Action action = (event != null) ? event.action() : verdict.action();
		Set<String> categories = new TreeSet<>();
		verdict.findings().forEach((finding) -> categories.add(finding.category()));
		if (event != null) {
			event.findings().forEach((finding) -> categories.add(finding.category()));
		}
		Instant time = Instant.now().truncatedTo(ChronoUnit.MICROS);
		Feedback feedback = new Feedback(EventIds.next(time), time, named, text, language(request, event, text), stage,
				action, List.copyOf(categories), request.opinion(), request.label(),
				Objects.requireNonNullElse(request.category(), ""), request.reviewer(), request.note());
		this.store.add(feedback);
		return feedback;
	}

	private GuardEvent event(UUID id) {
		AuditLookup lookup = this.events;
		GuardEvent event = (lookup != null) ? lookup.find(id) : null;
		if (event == null) {
			throw new IllegalArgumentException((lookup != null) ? "there is no audit event " + id
					: "audit events are not kept where they can be looked up: give the text alone");
		}
		return event;
	}

	private String text(FeedbackRequest request, @Nullable GuardEvent event) {
		String given = request.text();
		if (given != null) {
			return given;
		}
		if (event == null) {
			throw new IllegalArgumentException("feedback needs a text, or an audit event that holds one");
		}
		EncryptedText kept = event.text();
		if (kept == null || this.cipher == null) {
			throw new IllegalArgumentException(
					"the audit event " + event.id() + " holds no text that can be read here: give the text too");
		}
		return this.cipher.decrypt(kept, event.id());
	}

	private static String language(FeedbackRequest request, @Nullable GuardEvent event, String text) {
		String given = request.language();
		return (given != null) ? given : Feedback.languageOf(text, (event != null) ? event.language() : null);
	}

	@Override
	public FeedbackExport.Summary export(Appendable out) throws IOException {
		return FeedbackExport.write(this.store, out);
	}

	@Override
	public boolean delete(UUID id) {
		return this.store.delete(id);
	}

}
