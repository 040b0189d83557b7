package io.github.llamaspring.guard.audit;

import org.jspecify.annotations.Nullable;

/**
 * A key can't be used, or a text can't be read with it. The message says what to do and
 * holds neither.
 */
public final class TextCipherException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	TextCipherException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
