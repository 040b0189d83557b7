package io.github.llamaspring.boot.guard;

import java.util.List;

import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Any chat model with the guard on both sides. A block is a response with the guard's
 * friendly words, the finish reason {@code content_filter} and the {@link Verdict} under
 * {@link #VERDICT} in the generation's metadata; never an exception. Where the policy
 * pseudonymises, the model inside sees placeholders, and the caller the values again.
 * Thread-safe.
 */
public final class GuardedChatModel implements ChatModel {

	/**
	 * Key of the {@link Verdict} in the metadata of every generation the guard has seen.
	 */
	public static final String VERDICT = "llama.guard.verdict";

	private final ChatModel delegate;

	private final Moderation moderation;

	private final InputModeration input;

	private final OutputModeration output;

	/**
	 * @param language ISO 639-1 code for messages; null lets the guard decide
	 */
	public GuardedChatModel(ChatModel delegate, Moderation moderation, @Nullable String language) {
		this.delegate = delegate;
		this.moderation = moderation;
		this.input = new InputModeration(moderation, language);
		this.output = new OutputModeration(moderation, language);
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
		ConversationScope scope = ConversationScope.of(this.moderation, prompt);
		try {
			InputModeration.Result checked = this.input.check(prompt, scope.input(), List.of());
			Verdict blocked = checked.blocked();
			if (blocked != null) {
				return GuardResponses.blocked(blocked, "", null);
			}
			ResponseRestoration restoration = scope.restoration(this.moderation);
			ChatResponse response = this.output.to(checked.prompt(), scope.output())
				.whole(this.delegate.call(checked.prompt()));
			return (restoration != null) ? restoration.whole(response) : response;
		}
		finally {
			scope.end(this.moderation);
		}
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Flux.defer(() -> {
			ConversationScope scope = ConversationScope.of(this.moderation, prompt);
			InputModeration.Result checked = this.input.check(prompt, scope.input(), List.of());
			Verdict blocked = checked.blocked();
			if (blocked != null) {
				scope.end(this.moderation);
				return Flux.just(GuardResponses.blocked(blocked, "", null));
			}
			Flux<ChatResponse> answer = this.output.to(checked.prompt(), scope.output())
				.stream(this.delegate.stream(checked.prompt()));
			ResponseRestoration restoration = scope.restoration(this.moderation);
			if (restoration == null) {
				return answer;
			}
			return answer.map(restoration::next)
				.concatWith(Mono.fromSupplier(restoration::rest))
				.doFinally((signal) -> scope.end(this.moderation));
		});
	}

}
