package io.github.llamaspring.guard.text;

/**
 * Takes what a detector sees.
 */
public interface MatchSink {

	void match(Match match);

	/**
	 * Something that starts here may become a match when more text comes. Only called for
	 * open texts.
	 * @param start raw offset
	 */
	void undecided(int start);

	/**
	 * A rule that has begun here matches if more text completes it.
	 * @param start raw offset
	 */
	default void begun(int start, String rule, String category, double score) {
		undecided(start);
	}

	/**
	 * What stands from here on must still be seen together with what follows, though
	 * nothing in it may become a match any more.
	 * @param start raw offset
	 */
	default void needed(int start) {
	}

	/**
	 * Something that is redacted when it grows beyond every bound, such as an endless
	 * token, starts here.
	 * @param start raw offset
	 * @param category its kind
	 */
	default void undecided(int start, String category) {
		undecided(start);
	}

}
