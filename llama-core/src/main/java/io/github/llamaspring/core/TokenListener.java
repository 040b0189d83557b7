package io.github.llamaspring.core;

/**
 * Receives a generation while it runs, on the thread that called
 * {@link LlamaSession#generate}. An exception thrown here ends the generation and reaches
 * that caller; the session stays usable.
 */
@FunctionalInterface
public interface TokenListener {

	/**
	 * Called once for each generated token.
	 * @param id the token
	 * @param text what can be shown now: whole characters only, and nothing that may
	 * still turn out to be the start of a stop string; often the token's own text,
	 * sometimes empty, sometimes that of several tokens
	 */
	void onToken(int id, String text);

	/**
	 * Called once when the text that was held back is released at the end.
	 * @param text the rest of the text, possibly empty
	 */
	default void onEnd(String text) {
	}

}
