package io.github.llamaspring.guard;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is known about a text beside the text.
 *
 * @param stage where it comes from
 * @param language ISO 639-1 code of the person's language, for messages; null lets the
 * guard decide
 * @param conversationId the conversation it belongs to
 */
public record GuardContext(Stage stage, @Nullable String language, @Nullable String conversationId) {

	public GuardContext {
		Objects.requireNonNull(stage, "stage");
	}

	public static GuardContext of(Stage stage) {
		return new GuardContext(stage, null, null);
	}

	public GuardContext withLanguage(@Nullable String value) {
		return new GuardContext(this.stage, value, this.conversationId);
	}

}
