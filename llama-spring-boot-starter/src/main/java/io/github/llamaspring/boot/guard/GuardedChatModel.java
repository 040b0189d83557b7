package io.github.llamaspring.boot.guard;

import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;

/**
 * Any chat model with the guard on both sides. A block is a response with the guard's
 * friendly words, the finish reason {@code content_filter} and the {@link Verdict} under
 * {@link #VERDICT} in the generation's metadata; never an exception. Thread-safe.
 */
public final class GuardedChatModel implements ChatModel {

	/**
	 * Key of the {@link Verdict} in the metadata of every generation the guard has seen.
	 */
	public static final String VERDICT = "llama.guard.verdict";

	private final ChatModel delegate;

	private final InputModeration input;

	private final OutputModeration output;

	/**
	 * @param language ISO 639-1 code for messages; null lets the guard decide
	 */
	public GuardedChatModel(ChatModel delegate, Moderation moderation, @Nullable String language) {
		this.delegate = delegate;
		this.input = new InputModeration(moderation, language);
		this.output = new OutputModeration(moderation, GuardContext.of(Stage.OUTPUT).withLanguage(language));
	}

	/**
	 * The options of the model inside: its own kind, so that nothing of them is lost.
	 */
	@Override
	public ChatOptions getOptions() {
		return this.delegate.getOptions();
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		InputModeration.Result checked = this.input.check(prompt);
		Verdict blocked = checked.blocked();
		return (blocked != null) ? GuardResponses.blocked(blocked, "", null)
				: this.output.to(prompt).whole(this.delegate.call(checked.prompt()));
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Flux.defer(() -> {
			InputModeration.Result checked = this.input.check(prompt);
			Verdict blocked = checked.blocked();
			return (blocked != null) ? Flux.just(GuardResponses.blocked(blocked, "", null))
					: this.output.to(prompt).stream(this.delegate.stream(checked.prompt()));
		});
	}

}
