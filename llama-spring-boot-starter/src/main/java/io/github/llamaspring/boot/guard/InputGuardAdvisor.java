package io.github.llamaspring.boot.guard;

import java.time.InstantSource;

import io.github.llamaspring.guard.Turn;
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
 * is restored on its way out. What the person wrote last in that conversation, also what
 * was blocked, is kept for 30 minutes, for the guard alone: it sees where a conversation
 * is heading. The tools of the request get the guard around them.
 */
public final class InputGuardAdvisor implements CallAdvisor, StreamAdvisor {

	/** Outside of the memory advisor, which is at +200. */
	public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

	private final Moderation moderation;

	private final InputModeration input;

	private final @Nullable String language;

	private final TurnMemories memories = new TurnMemories(InstantSource.system());

	/**
	 * @param language ISO 639-1 code for messages; null lets the guard decide
	 */
	public InputGuardAdvisor(Moderation moderation, @Nullable String language) {
		this.moderation = moderation;
		this.input = new InputModeration(moderation, language);
		this.language = language;
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
			TurnMemory turns = turns(request);
			InputModeration.Result checked = this.input.check(request.prompt(), scope.input(), turns.turns());
			Verdict blocked = checked.blocked();
			if (blocked != null) {
				return refuse(request, blocked, turns);
			}
			String question = InputModeration.question(checked.prompt());
			turns.add(Turn.of(question));
			ResponseRestoration restoration = scope.restoration(this.moderation);
			ChatClientResponse response = chain.nextCall(inner(request, scope, checked.prompt()));
			ChatResponse answer = response.chatResponse();
			if (GuardResponses.isRefusal(answer)) {
				turns.refuse(question);
			}
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
			TurnMemory turns = turns(request);
			InputModeration.Result checked = this.input.check(request.prompt(), scope.input(), turns.turns());
			Verdict blocked = checked.blocked();
			if (blocked != null) {
				scope.end(this.moderation);
				return Flux.just(refuse(request, blocked, turns));
			}
			String question = InputModeration.question(checked.prompt());
			turns.add(Turn.of(question));
			Flux<ChatClientResponse> answer = chain.nextStream(inner(request, scope, checked.prompt()))
				.doOnNext((response) -> {
					if (GuardResponses.isRefusal(response.chatResponse())) {
						turns.refuse(question);
					}
				});
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

	private ChatClientRequest inner(ChatClientRequest request, ConversationScope scope, Prompt checked) {
		Prompt tools = GuardedToolCallback.guarded(checked, this.moderation, this.language, scope.output());
		return request.mutate().prompt(scope.marked(tools)).build();
	}

	private TurnMemory turns(ChatClientRequest request) {
		return this.memories.of(request.context().get(ChatMemory.CONVERSATION_ID));
	}

	private static ChatClientResponse refuse(ChatClientRequest request, Verdict verdict, TurnMemory turns) {
		turns.add(Turn.refused(InputModeration.question(request.prompt())));
		return new ChatClientResponse(GuardResponses.blocked(verdict, "", null), request.context());
	}

}
