package io.github.llamaspring.boot.guard;

import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.core.Ordered;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Checks what a person wrote before any chat memory sees it: memory, 100 places further
 * in, keeps neither a blocked question nor what was redacted of an allowed one. Where the
 * policy pseudonymises, memory keeps placeholders of the conversation (parameter
 * {@link ChatMemory#CONVERSATION_ID}; without one each call is its own), and the answer
 * is restored on its way out.
 */
public final class InputGuardAdvisor implements CallAdvisor, StreamAdvisor {

	/** Outside of the memory advisor, which is at +200. */
	public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

	private final Moderation moderation;

	private final InputModeration input;

	/**
	 * @param language ISO 639-1 code for messages; null lets the guard decide
	 */
	public InputGuardAdvisor(Moderation moderation, @Nullable String language) {
		this.moderation = moderation;
		this.input = new InputModeration(moderation, language);
	}

	@Override
	public String getName() {
		return "llamaInputGuard";
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		ConversationScope scope = scope(request);
		try {
			InputModeration.Result checked = this.input.check(request.prompt(), scope.input());
			Verdict blocked = checked.blocked();
			if (blocked != null) {
				return refuse(request, blocked);
			}
			ResponseRestoration restoration = scope.restoration(this.moderation);
			ChatClientResponse response = chain.nextCall(inner(request, scope, checked.prompt()));
			ChatResponse answer = response.chatResponse();
			return (answer != null && restoration != null)
					? response.mutate().chatResponse(restoration.whole(answer)).build() : response;
		}
		finally {
			scope.end(this.moderation);
		}
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return Flux.defer(() -> {
			ConversationScope scope = scope(request);
			InputModeration.Result checked = this.input.check(request.prompt(), scope.input());
			Verdict blocked = checked.blocked();
			if (blocked != null) {
				scope.end(this.moderation);
				return Flux.just(refuse(request, blocked));
			}
			Flux<ChatClientResponse> answer = chain.nextStream(inner(request, scope, checked.prompt()));
			ResponseRestoration restoration = scope.restoration(this.moderation);
			return (restoration != null) ? restored(answer, restoration, scope, request) : answer;
		});
	}

	private Flux<ChatClientResponse> restored(Flux<ChatClientResponse> answer, ResponseRestoration restoration,
			ConversationScope scope, ChatClientRequest request) {
		return answer.map((response) -> {
			ChatResponse piece = response.chatResponse();
			return (piece == null) ? response : response.mutate().chatResponse(restoration.next(piece)).build();
		})
			.concatWith(
					Mono.fromSupplier(restoration::rest).map((rest) -> new ChatClientResponse(rest, request.context())))
			.doFinally((signal) -> scope.end(this.moderation));
	}

	private ConversationScope scope(ChatClientRequest request) {
		return ConversationScope.of(this.moderation, request.context().get(ChatMemory.CONVERSATION_ID));
	}

	private static ChatClientRequest inner(ChatClientRequest request, ConversationScope scope, Prompt checked) {
		return request.mutate().prompt(scope.marked(checked)).build();
	}

	private static ChatClientResponse refuse(ChatClientRequest request, Verdict verdict) {
		return new ChatClientResponse(GuardResponses.blocked(verdict, "", null), request.context());
	}

}
