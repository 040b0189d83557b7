package io.github.llamaspring.boot.chat;

import java.util.List;

import io.github.llamaspring.core.chat.ChatMessage;

/**
 * A handle on what was said in a conversation. Thread-safe.
 */
public interface Conversation {

	String id();

	/**
	 * What is remembered, oldest first.
	 */
	List<ChatMessage> history();

	/**
	 * Forgets everything.
	 */
	void clear();

	/**
	 * Stops an answer that is being written.
	 * @return whether there was one
	 */
	boolean cancel();

}
