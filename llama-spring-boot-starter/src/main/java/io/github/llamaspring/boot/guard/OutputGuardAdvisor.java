package io.github.llamaspring.boot.guard;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.core.Ordered;
import reactor.core.publisher.Flux;

/**
 * Checks what a model wrote before any chat memory sees it. What {@link GuardedChatModel}
 * has checked passes; what another model or an advisor further in wrote is checked here.
 */
public final class OutputGuardAdvisor implements CallAdvisor, StreamAdvisor {

	/** Inside of the memory advisor, which is at +200. */
	public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 250;

	private final OutputModeration output;

	/**
	 * @param language ISO 639-1 code for messages; null lets the guard decide
	 */
	public OutputGuardAdvisor(Moderation moderation, @Nullable String language) {
		this.output = new OutputModeration(moderation, language);
	}

	@Override
	public String getName() {
		return "llamaOutputGuard";
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		ChatClientResponse response = chain.nextCall(request);
		ChatResponse answer = response.chatResponse();
		if (answer == null || GuardResponses.isModerated(answer)) {
			return response;
		}
		return response.mutate().chatResponse(output(request).whole(answer)).build();
	}

	/**
	 * Whether the source is moderated shows in its first element: all come from one
	 * model.
	 */
	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return chain.nextStream(request).switchOnFirst((first, source) -> {
			ChatClientResponse head = first.get();
			if (head == null || GuardResponses.isModerated(head.chatResponse())) {
				return source;
			}
			Map<String, Object> context = head.context();
			return output(request).stream(source.mapNotNull(ChatClientResponse::chatResponse))
				.map((response) -> new ChatClientResponse(Objects.requireNonNull(response), context));
		});
	}

	private OutputModeration output(ChatClientRequest request) {
		return this.output.to(request.prompt(), ConversationScope.mark(request.prompt()));
	}

}
