package io.github.llamaspring.guard;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is known about a text beside the text.
 *
 * @param stage where it comes from
 * @param language ISO 639-1 code of the person's language, for messages; null lets the
 * guard decide
 * @param conversationId the conversation it belongs to, for placeholders; null or blank
 * has what would be pseudonymised redacted. One person's id must be no other's
 * @param sources what an answer may rest on, such as retrieved passages; empty where
 * nothing was given
 * @param instructions the system prompt, which an answer must not tell; null without
 * @param tool the tool that is called or that answered; null without
 * @param question what the person wrote that an answer answers; null without
 * @param history the person's earlier messages in the conversation, the newest last: what
 * none of them tells alone; the last {@value #MOST_TURNS} are kept
 * @param tenant whose text it is, for audit events; null without. Which policy decides is
 * up to the guard
 */
public record GuardContext(Stage stage, @Nullable String language, @Nullable String conversationId,
		List<String> sources, @Nullable String instructions, @Nullable String tool, @Nullable String question,
		List<Turn> history, @Nullable String tenant) {

	/** Earlier messages that are looked at. */
	public static final int MOST_TURNS = 8;

	public GuardContext {
		Objects.requireNonNull(stage, "stage");
		sources = List.copyOf(sources);
		history = List.copyOf(history.subList(Math.max(0, history.size() - MOST_TURNS), history.size()));
	}

	public static GuardContext of(Stage stage) {
		return new GuardContext(stage, null, null, List.of(), null, null, null, List.of(), null);
	}

	public GuardContext withLanguage(@Nullable String value) {
		return new GuardContext(this.stage, value, this.conversationId, this.sources, this.instructions, this.tool,
				this.question, this.history, this.tenant);
	}

	public GuardContext withConversation(@Nullable String id) {
		return new GuardContext(this.stage, this.language, id, this.sources, this.instructions, this.tool,
				this.question, this.history, this.tenant);
	}

	public GuardContext withSources(List<String> passages) {
		return new GuardContext(this.stage, this.language, this.conversationId, passages, this.instructions, this.tool,
				this.question, this.history, this.tenant);
	}

	public GuardContext withInstructions(@Nullable String systemPrompt) {
		return new GuardContext(this.stage, this.language, this.conversationId, this.sources, systemPrompt, this.tool,
				this.question, this.history, this.tenant);
	}

	public GuardContext withTool(@Nullable String name) {
		return new GuardContext(this.stage, this.language, this.conversationId, this.sources, this.instructions, name,
				this.question, this.history, this.tenant);
	}

	public GuardContext withQuestion(@Nullable String text) {
		return new GuardContext(this.stage, this.language, this.conversationId, this.sources, this.instructions,
				this.tool, text, this.history, this.tenant);
	}

	public GuardContext withHistory(List<Turn> turns) {
		return new GuardContext(this.stage, this.language, this.conversationId, this.sources, this.instructions,
				this.tool, this.question, turns, this.tenant);
	}

	public GuardContext withTenant(@Nullable String name) {
		return new GuardContext(this.stage, this.language, this.conversationId, this.sources, this.instructions,
				this.tool, this.question, this.history, name);
	}

}
