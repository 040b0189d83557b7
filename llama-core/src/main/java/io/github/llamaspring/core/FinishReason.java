package io.github.llamaspring.core;

import java.util.Locale;

/**
 * Why a generation ended.
 */
public enum FinishReason {

	/** The model ended its turn. */
	STOP,
	/** The most tokens asked for were generated. */
	LENGTH,
	/** One of the request's stop strings appeared. */
	STOP_SEQUENCE,
	/** The caller cancelled. */
	CANCELLED,
	/** The session's context is full. */
	CONTEXT_FULL;

	/**
	 * The name on the wire, such as {@code stop_sequence}.
	 */
	public String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

}
