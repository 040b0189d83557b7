package io.github.llamaspring.boot.resilience;

/**
 * Receives what happens to a request, in order: perhaps {@link #onQueued}s, perhaps
 * {@link #onStarted} and {@link #onText}s, and at the end one {@link #onCompleted} or
 * {@link #onFailed}. Called on the engine's threads: must not block.
 */
public interface GateListener {

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
	 * Takes the next piece of text.
	 * @return whether the engine shall go on
	 */
	boolean onText(String text);

	void onCompleted(Outcome outcome);

	void onFailed(Throwable failure);

}
