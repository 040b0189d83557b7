package io.github.llamaspring.core.error;

/**
 * A prompt does not fit into the session's context.
 */
public final class ContextLengthExceededException extends LlamaException {

	private static final long serialVersionUID = 1L;

	private final int promptTokens;

	private final int contextLength;

	/**
	 * Names both lengths.
	 * @param promptTokens tokens of the prompt
	 * @param contextLength positions of the session
	 */
	public ContextLengthExceededException(int promptTokens, int contextLength) {
		this(promptTokens, contextLength,
				"the prompt has %d tokens, the context %d: shorten it".formatted(promptTokens, contextLength));
	}

	/**
	 * Says it in other words.
	 * @param promptTokens tokens of the prompt
	 * @param contextLength positions of the session
	 * @param message what is too long and what to do
	 */
	public ContextLengthExceededException(int promptTokens, int contextLength, String message) {
		super(message);
		this.promptTokens = promptTokens;
		this.contextLength = contextLength;
	}

	public int promptTokens() {
		return this.promptTokens;
	}

	public int contextLength() {
		return this.contextLength;
	}

}
