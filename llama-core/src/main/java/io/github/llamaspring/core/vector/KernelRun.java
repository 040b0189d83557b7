package io.github.llamaspring.core.vector;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One kernel on synthetic data, to bring it to the optimising compiler and to time it.
 * Cold, each vector is an object, and hundreds of times slower than compiled; so a kernel
 * is called just often enough to be queued for each compiler, and left alone meanwhile.
 * (HotSpot gives a method to the first compiler after 200 calls, and to the second one
 * after 600 calls and 15,000 calls and loop turns in all, counted since then; a loop that
 * turns 40,000 times is compiled once more, for nothing.)
 */
final class KernelRun {

	private static final int FIRST_CALLS = 250;

	private static final int PROFILED_CALLS = 650;

	/** With the turns of inner loops, enough for the second compiler. */
	private static final int BLOCKS = 3;

	/** How much faster code is after the first compiler, at the least. */
	private static final int FIRST_GAIN = 3;

	/** Nanoseconds of a block of 32 x 32 weights above which nothing is compiled yet. */
	private static final double COLD = 1_500;

	private static final int REPEATS = 5;

	private final int most;

	private final Sized work;

	private Stage stage = Stage.NEW;

	private double interpreted;

	/**
	 * Prepares a run.
	 * @param most blocks that it can take
	 * @param work runs the kernel on some blocks
	 */
	KernelRun(int most, Sized work) {
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
		int blocks = Math.min(BLOCKS, this.most);
		switch (this.stage) {
			case NEW -> {
				for (int i = 0; i < FIRST_CALLS; i++) {
					this.work.run(0);
				}
				this.interpreted = time(1);
				this.stage = Stage.CALLED;
			}
			case CALLED -> {
				double now = time(1);
				if (now * FIRST_GAIN < this.interpreted) {
					for (int i = 0; i < PROFILED_CALLS; i++) {
						this.work.run(blocks);
					}
					this.stage = Stage.PROFILED;
				}
			}
			case PROFILED -> {
				for (int i = 0; i < BLOCKS; i++) {
					this.work.run(blocks);
				}
				if (time(blocks) / blocks < COLD) {
					this.stage = Stage.FAST;
				}
			}
			case FAST -> {
			}
		}
		return this.stage == Stage.FAST;
	}

	/**
	 * Advances some runs until all are fast.
	 * @return false if they are not at the deadline
	 */
	static boolean settle(List<KernelRun> runs, long deadline) {
		while (true) {
			boolean all = true;
			for (KernelRun run : runs) {
				all &= run.advance();
			}
			if (all) {
				return true;
			}
			if (System.nanoTime() > deadline) {
				return false;
			}
			LockSupport.parkNanos(1_000_000);
		}
	}

	/** Nanoseconds of a block, in the cache. */
	double cost() {
		double best = Double.POSITIVE_INFINITY;
		for (int i = 0; i < REPEATS; i++) {
			best = Math.min(best, time(this.most) / this.most);
		}
		return best;
	}

	private double time(int blocks) {
		long start = System.nanoTime();
		this.work.run(blocks);
		return System.nanoTime() - start;
	}

	/** Something that takes some blocks of 32 columns. */
	@FunctionalInterface
	interface Sized {

		/** Runs the kernel on so many blocks. */
		void run(int blocks);

	}

}
