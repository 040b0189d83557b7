package io.github.llamaspring.core.error;

/**
 * A GGUF file is damaged, truncated or holds something the engine cannot read. The
 * message names the file and the key, tensor or offset.
 */
public final class GgufFormatException extends LlamaException {

	private static final long serialVersionUID = 1L;

	public GgufFormatException(String message) {
		super(message);
	}

	public GgufFormatException(String message, Throwable cause) {
		super(message, cause);
	}

}
