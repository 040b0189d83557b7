package io.github.llamaspring.boot.chat;

import org.jspecify.annotations.Nullable;

/**
 * What a person says.
 *
 * @param conversationId which conversation
 * @param text what they say
 * @param system instructions for this turn; null takes the configured ones
 * @param context retrieved text that helps with the answer, moderated as untrusted; null
 * for none
 * @param language ISO 639-1 code of the person's language, for messages; null lets the
 * guard decide
 */
public record ChatTurn(String conversationId, String text, @Nullable String system, @Nullable String context,
		@Nullable String language) {

	public static ChatTurn of(String conversationId, String text) {
		return new ChatTurn(conversationId, text, null, null, null);
	}

	public ChatTurn withSystem(@Nullable String value) {
		return new ChatTurn(this.conversationId, this.text, value, this.context, this.language);
	}

	public ChatTurn withContext(@Nullable String value) {
		return new ChatTurn(this.conversationId, this.text, this.system, value, this.language);
	}

	public ChatTurn withLanguage(@Nullable String value) {
		return new ChatTurn(this.conversationId, this.text, this.system, this.context, value);
	}

}
