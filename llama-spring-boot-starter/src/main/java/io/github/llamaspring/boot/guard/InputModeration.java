package io.github.llamaspring.boot.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Turn;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * Moderates a prompt before a model sees it: what people wrote is blocked or edited, what
 * tools returned is edited or withheld. Instructions are the application's own and
 * trusted; answers were moderated when they were written.
 */
final class InputModeration {

	private static final String WITHHELD = "[withheld by the guard]";

	private final Moderation moderation;

	private final @Nullable String language;

	InputModeration(Moderation moderation, @Nullable String language) {
		this.moderation = moderation;
		this.language = language;
	}

	/**
	 * @param conversation whose placeholders stand for personal data; null where there
	 * are none to be given out
	 * @param known what the person wrote before; where that is empty, the prompt says
	 */
	Result check(Prompt prompt, @Nullable String conversation, List<Turn> known) {
		List<Message> messages = new ArrayList<>();
		Message last = last(prompt);
		for (Message message : prompt.getInstructions()) {
			if (message instanceof UserMessage user) {
				String text = Objects.requireNonNullElse(user.getText(), "");
				List<Turn> history = (user != last) ? List.of() : known.isEmpty() ? before(prompt, user) : known;
				Verdict verdict = this.moderation.check(text, context(Stage.INPUT, conversation).withHistory(history));
				if (verdict.action().withholds()) {
					return new Result(prompt, verdict);
				}
				messages.add(verdict.text().equals(text) ? user : user.mutate().text(verdict.text()).build());
			}
			else if (message instanceof ToolResponseMessage tool) {
				messages.add(check(tool, conversation));
			}
			else if (message instanceof AssistantMessage answer && conversation != null) {
				messages.add(check(answer, conversation));
			}
			else {
				messages.add(message);
			}
		}
		return new Result(
				messages.equals(prompt.getInstructions()) ? prompt : prompt.mutate().messages(messages).build(), null);
	}

	/**
	 * What the person wrote last.
	 */
	static String question(Prompt prompt) {
		Message last = last(prompt);
		return (last != null) ? Objects.requireNonNullElse(last.getText(), "") : "";
	}

	private static @Nullable Message last(Prompt prompt) {
		Message last = null;
		for (Message message : prompt.getInstructions()) {
			last = (message instanceof UserMessage) ? message : last;
		}
		return last;
	}

	/** What the person wrote before, by the prompt. */
	private static List<Turn> before(Prompt prompt, UserMessage last) {
		List<Turn> turns = new ArrayList<>();
		for (Message message : prompt.getInstructions()) {
			if (message == last) {
				break;
			}
			if (message instanceof UserMessage user) {
				turns.add(Turn.of(Objects.requireNonNullElse(user.getText(), "")));
			}
			else if (message instanceof AssistantMessage answer && !turns.isEmpty()
					&& answer.getMetadata().containsKey(GuardResponses.REFUSED)) {
				turns.set(turns.size() - 1, Turn.refused(turns.getLast().text()));
			}
		}
		return turns;
	}

	/**
	 * An answer the caller kept was restored for the person: the model sees it with its
	 * placeholders again.
	 */
	private AssistantMessage check(AssistantMessage answer, String conversation) {
		String text = Objects.requireNonNullElse(answer.getText(), "");
		Verdict verdict = this.moderation.check(text, context(Stage.OUTPUT, conversation));
		return (verdict.action().withholds() || verdict.text().equals(text)) ? answer
				: AssistantMessage.builder()
					.content(verdict.text())
					.properties(answer.getMetadata())
					.toolCalls(answer.getToolCalls())
					.media(answer.getMedia())
					.build();
	}

	private ToolResponseMessage check(ToolResponseMessage tool, @Nullable String conversation) {
		List<ToolResponseMessage.ToolResponse> responses = tool.getResponses().stream().map((response) -> {
			Verdict verdict = this.moderation.check(response.responseData(),
					context(Stage.TOOL_RESULT, conversation).withTool(response.name()));
			return new ToolResponseMessage.ToolResponse(response.id(), response.name(),
					verdict.action().withholds() ? WITHHELD : verdict.text());
		}).toList();
		return responses.equals(tool.getResponses()) ? tool
				: ToolResponseMessage.builder().responses(responses).metadata(tool.getMetadata()).build();
	}

	private GuardContext context(Stage stage, @Nullable String conversation) {
		return GuardContext.of(stage).withLanguage(this.language).withConversation(conversation);
	}

	/**
	 * @param prompt what may go on
	 * @param blocked the verdict that keeps it back, or null
	 */
	record Result(Prompt prompt, @Nullable Verdict blocked) {
	}

}
