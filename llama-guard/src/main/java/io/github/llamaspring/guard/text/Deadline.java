package io.github.llamaspring.guard.text;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The time a check may take: long loops ask it now and then. Used by one thread;
 * {@link #NONE} by any number.
 */
public final class Deadline {

	/** No limit. */
	public static final Deadline NONE = new Deadline(null, 0);

	/** Steps between two looks at the clock. */
	private static final int STRIDE = 1024;

	private final @Nullable LongSupplier nanoTime;

	private long end;

	private int steps;

	private Deadline(@Nullable LongSupplier nanoTime, long end) {
		this.nanoTime = nanoTime;
		this.end = end;
	}

	/**
	 * So many nanoseconds from now on.
	 * @param nanoTime a clock such as {@link System#nanoTime()}
	 */
	public static Deadline in(long nanos, LongSupplier nanoTime) {
		return new Deadline(nanoTime, nanoTime.getAsLong() + nanos);
	}

	/**
	 * Asks at every so many calls: for loops of short steps.
	 * @throws Expired if the time is over
	 */
	public void step() {
		step(1);
	}

	/**
	 * Like so many calls at once.
	 * @param size at least 1
	 * @throws Expired if the time is over
	 */
	public void step(int size) {
		if (this.nanoTime == null) {
			return;
		}
		this.steps += size;
		if (this.steps >= STRIDE) {
			this.steps = 0;
			check();
		}
	}

	/**
	 * Asks now.
	 * @throws Expired if the time is over
	 */
	public void check() {
		if (this.nanoTime != null && this.nanoTime.getAsLong() - this.end >= 0) {
			throw new Expired();
		}
	}

	/**
	 * Does work that has a time limit of its own; it does not count here.
	 */
	public <T> T beside(Supplier<T> work) {
		if (this.nanoTime == null) {
			return work.get();
		}
		long started = this.nanoTime.getAsLong();
		try {
			return work.get();
		}
		finally {
			this.end += this.nanoTime.getAsLong() - started;
		}
	}

	/**
	 * Ends a check whose time is over. Not a fault: it has no stack trace and never
	 * leaves the guard.
	 */
	public static final class Expired extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private Expired() {
			super("the check took longer than the policy allows", null, false, false);
		}

	}

}
