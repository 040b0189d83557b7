package io.github.llamaspring.boot.guard;

import java.util.List;

import io.github.llamaspring.guard.Redaction;

/**
 * Receives a moderated generation, in order: perhaps {@link #onQueued}s, perhaps
 * {@link #onStarted}, then {@link #onReleased} and {@link #onHeld}, at the end one
 * {@link #onFinished} or {@link #onFailed}. Called on the engine's threads: must not
 * block.
 */
public interface GuardedListener {

	/**
	 * The request waits.
	 * @param position 1 is next
	 */
	default void onQueued(int position) {
	}

	/**
	 * The engine begins with the prompt.
	 */
	default void onStarted() {
	}

	/**
	 * Takes a moderated piece of text.
	 * @param redactions replaced parts by their place in {@code text}
	 */
	void onReleased(String text, List<Redaction> redactions);

	/**
	 * Text was written, but waits for moderation.
	 * @param characters how many
	 */
	default void onHeld(int characters) {
	}

	void onFinished(GuardedResult result);

	void onFailed(Throwable failure);

}
