package io.github.llamaspring.boot.chat;

import reactor.core.publisher.Flux;

/**
 * Multi-turn chat, moderated on both sides. Blocks are replies, not exceptions; a full
 * queue, a model that is not ready and a broken engine are exceptions. Thread-safe.
 */
public interface ChatFacade {

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

}
