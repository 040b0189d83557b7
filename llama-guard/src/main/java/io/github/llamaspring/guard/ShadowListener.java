package io.github.llamaspring.guard;

/**
 * Hears what a policy in shadow says beside the live one. Called by the thread that
 * checks, after the live verdict stands, so implementations are quick and thread-safe;
 * what they throw is ignored.
 */
public interface ShadowListener {

	/**
	 * Both policies say the same: the same action, for the same category, and the same
	 * text passes on.
	 */
	default void onAgreement(Stage stage, Action action) {
	}

	/**
	 * They don't.
	 */
	void onDifference(PolicyDifference difference);

	/**
	 * The policy in shadow could not judge a text. The live verdict stands.
	 */
	default void onFailure(Stage stage, Throwable failure) {
	}

}
