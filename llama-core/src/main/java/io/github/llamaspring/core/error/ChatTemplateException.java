package io.github.llamaspring.core.error;

/**
 * A chat template failed, did not parse, or exceeded a limit of the sandbox.
 */
public final class ChatTemplateException extends LlamaException {

	private static final long serialVersionUID = 1L;

	public ChatTemplateException(String message) {
		super(message);
	}

	public ChatTemplateException(String message, Throwable cause) {
		super(message, cause);
	}

}
