package io.github.llamaspring.boot.guard;

import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.core.Ordered;
import reactor.core.publisher.Flux;

/**
 * Checks what a person wrote before any chat memory sees it: memory, 100 places further
 * in, keeps neither a blocked question nor what was redacted of an allowed one.
 */
public final class InputGuardAdvisor implements CallAdvisor, StreamAdvisor {

	/** Outside of the memory advisor, which is at +200. */
	public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

	private final InputModeration input;

	/**
	 * @param language ISO 639-1 code for messages; null lets the guard decide
	 */
	public InputGuardAdvisor(Moderation moderation, @Nullable String language) {
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
		InputModeration.Result checked = this.input.check(request.prompt());
		Verdict blocked = checked.blocked();
		return (blocked != null) ? refuse(request, blocked)
				: chain.nextCall(request.mutate().prompt(checked.prompt()).build());
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return Flux.defer(() -> {
			InputModeration.Result checked = this.input.check(request.prompt());
			Verdict blocked = checked.blocked();
			return (blocked != null) ? Flux.just(refuse(request, blocked))
					: chain.nextStream(request.mutate().prompt(checked.prompt()).build());
		});
	}

	private static ChatClientResponse refuse(ChatClientRequest request, Verdict verdict) {
		return new ChatClientResponse(GuardResponses.blocked(verdict, "", null), request.context());
	}

}
