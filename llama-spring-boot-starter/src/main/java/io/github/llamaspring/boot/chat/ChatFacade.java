package io.github.llamaspring.boot.chat;

import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;
import reactor.core.publisher.Flux;

/**
 * Multi-turn chat, moderated on both sides. Blocks are replies, not exceptions; a full
 * queue, a model that is not ready and a broken engine are exceptions. Thread-safe.
 */
public interface ChatFacade {

	/**
	 * A facade on an engine.
	 */
	static ChatFacade of(LlamaEngine engine, GuardedEngine guarded, ChatSettings settings) {
		return new DefaultChatFacade(engine, guarded, settings);
	}

	/**
	 * Answers a turn; waits for the whole answer.
	 */
	ChatReply chat(ChatTurn turn);

	/**
	 * Answers a turn as it is written. Cancelling the subscription stops the engine
	 * within a token.
	 */
	Flux<ChatEvent> stream(ChatTurn turn);

	/**
	 * The released text of {@link #stream}; a block ends it with the guard's message.
	 */
	Flux<String> streamText(ChatTurn turn);

	/**
	 * A handle on a conversation; one that does not exist yet is empty.
	 */
	Conversation conversation(String id);

	/**
	 * A handle on a new conversation with an id that nobody can guess (144 random bits).
	 */
	Conversation newConversation();

}
