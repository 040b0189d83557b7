package io.github.llamaspring.boot.vr;

import java.util.List;

import io.github.llamaspring.core.chat.ChatMessage;
import reactor.core.publisher.Flux;

/**
 * A player and a character. Thread-safe. Events are delivered under the session's lock,
 * so a subscriber must not block in them.
 */
public interface VrSession extends AutoCloseable {

	/**
	 * An id that nobody can guess.
	 */
	String id();

	VrCharacter character();

	/**
	 * The player speaks, on subscription. Whoever is speaking is interrupted. Cancelling
	 * the subscription interrupts too.
	 */
	Flux<VrEvent> say(PlayerUtterance utterance);

	/**
	 * Barge-in: the character falls silent, the engine stops within a token, and memory
	 * keeps the sentences that were said. Idempotent.
	 * @return whether the character was speaking or thinking
	 */
	boolean interrupt();

	/**
	 * What both have said, oldest first.
	 */
	List<ChatMessage> history();

	/**
	 * Interrupts and forgets. Idempotent.
	 */
	@Override
	void close();

}
