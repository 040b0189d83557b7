package io.github.llamaspring.core.kernel;

/**
 * Runs something until it gets no faster, so that the first request finds everything
 * compiled.
 */
public final class WarmUp {

	/** Runs that are no faster than those before. */
	private static final int IDLE = 12;

	private WarmUp() {
	}

	/**
	 * Runs a pass again and again.
	 * @param nanos after which no further one begins
	 */
	public static void run(long nanos, Runnable pass) {
		long deadline = System.nanoTime() + nanos;
		long best = Long.MAX_VALUE;
		for (int idle = 0; idle < IDLE && System.nanoTime() < deadline; idle++) {
			long start = System.nanoTime();
			pass.run();
			long took = System.nanoTime() - start;
			if (took < 0.95 * best) {
				best = took;
				idle = 0;
			}
		}
	}

}
