package io.github.llamaspring.boot.guard;

import io.github.llamaspring.guard.Stage;

import io.github.llamaspring.guard.GuardContext;

import java.util.ArrayList;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * Whose placeholders a call uses, and who turns them back. A chat client's advisors know
 * the conversation: the outer one replaces and restores, around memory, and marks the
 * question so that what is inside knows. A call of the chat model alone is a conversation
 * of its own. Without a policy that pseudonymises all of it is empty.
 *
 * @param input for what comes in; null where it has its placeholders already
 * @param output for what is answered
 * @param restores whether the answer is restored here
 * @param own whether it ends with the call
 */
record ConversationScope(@Nullable String input, @Nullable String output, boolean restores, boolean own) {

	private static final String MARK = "llama.guard.conversation";

	private static final ConversationScope NONE = new ConversationScope(null, null, false, false);

	/**
	 * Of a call whose conversation is known, or null.
	 */
	static ConversationScope of(Moderation moderation, @Nullable Object conversation) {
		if (!moderation.pseudonymizes()) {
			return NONE;
		}
		String id = (conversation != null) ? conversation.toString() : UUID.randomUUID().toString();
		return new ConversationScope(id, id, true, conversation == null);
	}

	/**
	 * Of a prompt that perhaps has been marked further out.
	 */
	static ConversationScope of(Moderation moderation, Prompt prompt) {
		String marked = moderation.pseudonymizes() ? mark(prompt) : null;
		return (marked != null) ? new ConversationScope(null, marked, false, false) : of(moderation, (Object) null);
	}

	static @Nullable String mark(Prompt prompt) {
		List<Message> messages = prompt.getInstructions();
		int last = lastQuestion(messages);
		return (last >= 0 && messages.get(last).getMetadata().get(MARK) instanceof String id) ? id : null;
	}

	private static int lastQuestion(List<Message> messages) {
		int last = messages.size() - 1;
		while (last >= 0 && !(messages.get(last) instanceof UserMessage)) {
			last--;
		}
		return last;
	}

	/**
	 * The prompt for what is inside.
	 */
	Prompt marked(Prompt prompt) {
		List<Message> messages = new ArrayList<>(prompt.getInstructions());
		int last = lastQuestion(messages);
		if (this.input == null || last < 0 || !(messages.get(last) instanceof UserMessage question)) {
			return prompt;
		}
		Map<String, Object> metadata = new HashMap<>(question.getMetadata());
		metadata.put(MARK, this.input);
		messages.set(last, question.mutate().metadata(metadata).build());
		return prompt.mutate().messages(messages).build();
	}

	/**
	 * What restores the answer; null where that is done further out.
	 */
	@Nullable ResponseRestoration restoration(Moderation moderation) {
		return this.restores ? new ResponseRestoration(
				moderation.restorer(GuardContext.of(Stage.OUTPUT).withConversation(this.output))) : null;
	}

	/**
	 * The end of the call.
	 */
	void end(Moderation moderation) {
		if (this.own && this.output != null) {
			moderation.forget(this.output);
		}
	}

}
