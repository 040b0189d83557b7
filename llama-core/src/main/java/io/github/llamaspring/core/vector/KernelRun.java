package io.github.llamaspring.core.vector;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One kernel on synthetic data, to bring it to the optimising compiler and to time it.
 * Cold, each vector is an object, and hundreds of times slower than compiled; worse, the
 * Vector API's own code for such objects is then compiled as well, and the kernel has to
 * wait for that. So a kernel is called just often enough to be queued for each compiler,
 * with nothing to do where the call only counts, and left alone meanwhile.
 * <p>
 * HotSpot gives a method to the first compiler after 200 calls, and to the second one
 * after 600 calls and 15,000 calls and loop turns in all, counted since then, or 5,000
 * calls; several times as many while that one has much to do. A loop that turns 40,000
 * times is compiled once more, for nothing. Of thousands of calls with nothing to do the
 * second compiler concludes that loops hardly ever run: kernels take 5 to 45 % longer
 * then. With only some dozens that had work before it knows the types within the Vector
 * API too little, and vectors stay objects for good in one process of ten.
 */
final class KernelRun {

	private static final int FIRST_CALLS = 250;

	private static final int PROFILED_CALLS = 650;

	/** With the turns of inner loops, enough for the second compiler. */
	private static final int BLOCKS = 3;

	/** So that the second compiler is asked again, whose queue was long perhaps. */
	private static final int ASKING_CALLS = 300;

	/** Calls that are timed together. */
	private static final int TIMED_CALLS = 50;

	/** How much faster such calls are after the first compiler, at the least. */
	private static final int FIRST_GAIN = 4;

	/** Nanoseconds of such a call below which it has been compiled. */
	private static final int COMPILED = 80;

	/** Nanoseconds of a block of 32 x 32 weights above which nothing is compiled yet. */
	private static final double COLD = 1_500;

	private static final int REPEATS = 5;

	/** The compilers need the processors as well. */
	private static final long PAUSE = 3_000_000;

	private final int least;

	private final int most;

	private final Sized work;

	private Stage stage = Stage.NEW;

	private double interpreted;

	/**
	 * Prepares a run.
	 * @param least blocks that it can take, but for none
	 * @param most blocks that it can take
	 * @param work runs the kernel on some blocks
	 */
	KernelRun(int least, int most, Sized work) {
		this.least = least;
		this.most = most;
		this.work = work;
	}

	private enum Stage {

		NEW, CALLED, PROFILED, FAST

	}

	/**
	 * Goes on if the compilers have.
	 * @return whether it is fast
	 */
	boolean advance() {
		int blocks = Math.max(BLOCKS, this.least);
		switch (this.stage) {
			case NEW -> {
				this.interpreted = calls(TIMED_CALLS, 0);
				calls(FIRST_CALLS, 0);
				this.stage = Stage.CALLED;
			}
			case CALLED -> {
				double now = calls(TIMED_CALLS, 0);
				if (now * FIRST_GAIN < this.interpreted || now < TIMED_CALLS * COMPILED) {
					int working = PROFILED_CALLS * BLOCKS / blocks;
					calls(working, blocks);
					calls(PROFILED_CALLS - working, 0);
					this.stage = Stage.PROFILED;
				}
			}
			case PROFILED -> {
				// The first time much is not in the caches.
				calls(1, blocks);
				calls(ASKING_CALLS, 0);
				if (calls(1, blocks) / blocks < COLD) {
					this.stage = Stage.FAST;
				}
			}
			case FAST -> {
			}
		}
		return this.stage == Stage.FAST;
	}

	/** Calls the kernel some times and returns the nanoseconds. */
	private double calls(int count, int blocks) {
		long start = System.nanoTime();
		for (int i = 0; i < count; i++) {
			this.work.run(blocks);
		}
		return System.nanoTime() - start;
	}

	/**
	 * Advances some runs until all are fast.
	 * @return false if they are not at the deadline
	 */
	static boolean settle(List<KernelRun> runs, long deadline) {
		return settle(runs, List.of(), deadline);
	}

	/**
	 * Advances some runs until all are fast.
	 * @param then those that begin when the first are with the second compiler
	 */
	static boolean settle(List<KernelRun> first, List<KernelRun> then, long deadline) {
		while (true) {
			boolean all = true;
			boolean begun = true;
			for (KernelRun run : first) {
				all &= run.advance();
				begun &= run.stage.compareTo(Stage.PROFILED) >= 0;
			}
			for (KernelRun run : then) {
				all &= begun && run.advance();
			}
			if (all) {
				return true;
			}
			if (System.nanoTime() > deadline) {
				return false;
			}
			LockSupport.parkNanos(PAUSE);
		}
	}

	/** Nanoseconds of a block, in the cache. */
	double cost() {
		double best = Double.POSITIVE_INFINITY;
		for (int i = 0; i < REPEATS; i++) {
			best = Math.min(best, calls(1, this.most) / this.most);
		}
		return best;
	}

	/** Something that takes some blocks of 32 columns. */
	@FunctionalInterface
	interface Sized {

		/** Runs the kernel on so many blocks. */
		void run(int blocks);

	}

}
