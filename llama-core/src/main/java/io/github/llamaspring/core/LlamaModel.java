package io.github.llamaspring.core;

import java.nio.file.Path;
import java.util.List;

import io.github.llamaspring.core.chat.ChatMessage;

/**
 * A model whose weights are mapped from a GGUF file. Sessions on it share the weights and
 * the compute threads. Thread-safe.
 */
public final class LlamaModel implements AutoCloseable {

	private LlamaModel() {
	}

	/**
	 * Maps and checks the file.
	 * @param file a GGUF file, or the first part of a split one
	 */
	public static LlamaModel load(Path file, ModelOptions options) {
		throw new IllegalStateException("the engine comes with a later commit");
	}

	public ModelInfo info() {
		throw new IllegalStateException("the engine comes with a later commit");
	}

	/**
	 * Opens a session with an empty context. Sessions may be opened and used from any
	 * thread; each by one thread at a time.
	 */
	public LlamaSession newSession() {
		throw new IllegalStateException("the engine comes with a later commit");
	}

	/**
	 * Positions of a session on this model.
	 */
	public int contextLength() {
		throw new IllegalStateException("the engine comes with a later commit");
	}

	/**
	 * Number of tokens of a text, without beginning-of-sequence token.
	 */
	public int countTokens(String text) {
		throw new IllegalStateException("the engine comes with a later commit");
	}

	/**
	 * Number of tokens a conversation takes as a prompt, template included.
	 */
	public int countTokens(List<ChatMessage> messages) {
		throw new IllegalStateException("the engine comes with a later commit");
	}

	/**
	 * Gives the weights back. Waits for running generations, which are cancelled.
	 */
	@Override
	public void close() {
	}

}
