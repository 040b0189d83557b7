package io.github.llamaspring.core.transformer;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Gives the compute threads to one forward pass at a time, in order of arrival. Who waits
 * can give up, and keeps the place in the queue until then; that is what a fair lock
 * cannot do. Thread-safe.
 */
final class ComputeTurns {

	/** How often who waits looks whether it was cancelled. */
	private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final ArrayDeque<Object> queue = new ArrayDeque<>();

	private boolean busy;

	private volatile boolean waiters;

	private volatile boolean everWaiters;

	private volatile long lastWait;

	/**
	 * Waits for a turn; an interrupt does not end the wait and is kept.
	 * @return false if it was cancelled before its turn came
	 */
	boolean begin(BooleanSupplier cancelled) {
		this.lock.lock();
		try {
			if (this.busy || !this.queue.isEmpty()) {
				return await(cancelled);
			}
			this.busy = true;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean await(BooleanSupplier cancelled) {
		Object place = new Object();
		this.queue.addLast(place);
		this.waiters = true;
		waited();
		boolean interrupted = false;
		boolean mine = false;
		while (!mine && !cancelled.getAsBoolean()) {
			try {
				this.changed.awaitNanos(LOOK_NANOS);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			mine = !this.busy && this.queue.peekFirst() == place;
		}
		this.queue.remove(place);
		waited();
		this.waiters = !this.queue.isEmpty();
		this.busy |= mine;
		this.changed.signalAll();
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return mine;
	}

	void end() {
		this.lock.lock();
		try {
			this.busy = false;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void waited() {
		this.lastWait = System.nanoTime();
		this.everWaiters = true;
	}

	/**
	 * Whether somebody waits now, or did within the last so many nanoseconds: who
	 * generates tokens comes back soon after each.
	 */
	boolean hadWaiters(long nanos) {
		return this.waiters || (this.everWaiters && System.nanoTime() - this.lastWait < nanos);
	}

	/**
	 * Whether somebody waits now.
	 */
	boolean hasWaiters() {
		return this.waiters;
	}

}
