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

	/**
	 * Whether somebody waits now.
	 */
	boolean hasWaiters() {
		return this.waiters;
	}

}
