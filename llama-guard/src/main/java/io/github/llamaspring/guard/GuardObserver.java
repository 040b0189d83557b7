package io.github.llamaspring.guard;

/**
 * Hears when a check begins and ends, for timers and traces. What it throws is left
 * aside. Thread-safe.
 */
@FunctionalInterface
public interface GuardObserver {

	/**
	 * A check begins, on the thread that checks; a stream's when it is opened.
	 * @param streamed whether the text is checked while it is written: then the end may
	 * come on another thread
	 * @param policy that decides
	 * @return hears of the end
	 */
	Watch start(Stage stage, boolean streamed, PolicyInfo policy);

	/**
	 * One check. Hears one of both ends, once; nothing of a stream that nobody ends.
	 */
	interface Watch {

		/**
		 * The verdict stands.
		 */
		void stop(Verdict verdict);

		/**
		 * There is no verdict.
		 */
		void failed(Throwable failure);

	}

}
