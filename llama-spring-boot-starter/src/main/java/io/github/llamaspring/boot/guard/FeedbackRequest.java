package io.github.llamaspring.boot.guard;

import java.util.Objects;
import java.util.UUID;

import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.feedback.Label;
import io.github.llamaspring.guard.feedback.Opinion;
import org.jspecify.annotations.Nullable;

/**
 * What a person says of a verdict. Either {@code event} or {@code text} is needed; an
 * event stands for its text only where texts are kept.
 *
 * @param opinion whether the verdict was right
 * @param label what the text really is
 * @param event the audit event of the verdict; null without
 * @param text the text; null takes that of the event
 * @param stage where the text comes from; null takes that of the event, or else INPUT
 * @param language ISO 639-1 code of the text's language; null takes that of the event, or
 * else a guess
 * @param category the policy's item of a harmful text; null without
 * @param reviewer who says so, in words that mean something to the application
 * @param note for people
 */
public record FeedbackRequest(Opinion opinion, Label label, @Nullable UUID event, @Nullable String text,
		@Nullable Stage stage, @Nullable String language, @Nullable String category, @Nullable String reviewer,
		@Nullable String note) {

	public FeedbackRequest {
		Objects.requireNonNull(opinion, "opinion");
		Objects.requireNonNull(label, "label");
	}

	/**
	 * On a text.
	 */
	public static FeedbackRequest on(String text, Opinion opinion, Label label) {
		return new FeedbackRequest(opinion, label, null, text, null, null, null, null, null);
	}

	/**
	 * On the verdict of an audit event that holds its text.
	 */
	public static FeedbackRequest on(UUID event, Opinion opinion, Label label) {
		return new FeedbackRequest(opinion, label, event, null, null, null, null, null, null);
	}

	public FeedbackRequest withStage(Stage value) {
		return new FeedbackRequest(this.opinion, this.label, this.event, this.text, value, this.language, this.category,
				this.reviewer, this.note);
	}

	public FeedbackRequest withLanguage(String value) {
		return new FeedbackRequest(this.opinion, this.label, this.event, this.text, this.stage, value, this.category,
				this.reviewer, this.note);
	}

	public FeedbackRequest withCategory(String value) {
		return new FeedbackRequest(this.opinion, this.label, this.event, this.text, this.stage, this.language, value,
				this.reviewer, this.note);
	}

	public FeedbackRequest by(String value, @Nullable String words) {
		return new FeedbackRequest(this.opinion, this.label, this.event, this.text, this.stage, this.language,
				this.category, value, words);
	}

}
