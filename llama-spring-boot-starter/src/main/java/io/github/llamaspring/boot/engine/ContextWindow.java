package io.github.llamaspring.boot.engine;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.chat.ChatMessage;
import org.jspecify.annotations.Nullable;

/**
 * Makes a conversation fit into the context: counted in tokens of the model's own
 * tokenizer, oldest exchanges go first. Immutable.
 */
public final class ContextWindow {

	/** What a template adds to a message, at least: only to skip exact counts. */
	private static final int MESSAGE_TOKENS = 3;

	private final LlamaModel model;

	private final int budget;

	/**
	 * @param maxTokens of the answer; room for it is kept, at most a quarter of the
	 * context
	 */
	public ContextWindow(LlamaModel model, int maxTokens) {
		this.model = model;
		int context = model.contextLength();
		this.budget = context - Math.min(maxTokens, Math.max(context / 4, 1));
	}

	/**
	 * The messages that fit. The instructions and the question always stay: whether they
	 * fit alone is the engine's to say.
	 */
	public Fitted fit(@Nullable String system, List<Exchange> exchanges, String question) {
		int dropped = firstThatMayFit(exchanges);
		List<ChatMessage> messages = messages(system, exchanges.subList(dropped, exchanges.size()), question);
		while (dropped < exchanges.size() && this.model.countTokens(messages) > this.budget) {
			dropped++;
			messages = messages(system, exchanges.subList(dropped, exchanges.size()), question);
		}
		return new Fitted(messages, dropped);
	}

	/**
	 * A quick lower bound, so that a very long conversation does not render a template
	 * for each exchange.
	 */
	private int firstThatMayFit(List<Exchange> exchanges) {
		long tokens = 0;
		for (int i = exchanges.size() - 1; i >= 0; i--) {
			Exchange exchange = exchanges.get(i);
			tokens += this.model.countTokens(exchange.question().content())
					+ this.model.countTokens(exchange.answer().content()) + 2L * MESSAGE_TOKENS;
			if (tokens > this.budget) {
				return i + 1;
			}
		}
		return 0;
	}

	private static List<ChatMessage> messages(@Nullable String system, List<Exchange> exchanges, String question) {
		List<ChatMessage> messages = new ArrayList<>();
		if (system != null && !system.isBlank()) {
			messages.add(ChatMessage.system(system));
		}
		for (Exchange exchange : exchanges) {
			messages.add(exchange.question());
			messages.add(exchange.answer());
		}
		messages.add(ChatMessage.user(question));
		return messages;
	}

	/**
	 * What one side said, and what the other answered.
	 */
	public record Exchange(ChatMessage question, ChatMessage answer) {

		public static Exchange of(String question, String answer) {
			return new Exchange(ChatMessage.user(question), ChatMessage.assistant(answer));
		}

	}

	/**
	 * A conversation that fits.
	 *
	 * @param messages the prompt
	 * @param dropped how many exchanges were left out
	 */
	public record Fitted(List<ChatMessage> messages, int dropped) {

		public Fitted {
			messages = List.copyOf(messages);
		}

	}

}
