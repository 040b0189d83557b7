package io.github.llamaspring.core.kernel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * The threads that compute: the caller and daemon platform threads of our own. One caller
 * at a time; a region of work costs about a microsecond, so a forward pass can have
 * hundreds. Idle threads spin for a moment, then sleep.
 */
public final class WorkerPool implements AutoCloseable {

	/** Long enough to bridge the gap between two regions of one forward pass. */
	private static final long SPIN_NANOS = 50_000;

	/** The counters lie on cache lines of their own. */
	private static final int DONE = 8;

	private static final int CLAIMS = 24;

	private static final int STEP = 16;

	private final int threads;

	private final Worker[] workers;

	/**
	 * Each thread has a run of neighbouring chunks, so that it reads memory in order;
	 * when it is through, it takes from the others. The thread's claims hold the end of
	 * its run in their upper half and the next unclaimed chunk in the lower one, so that
	 * one increment claims a chunk of the region at hand and of no other. A region ends
	 * when {@code DONE} equals its number of chunks: a thread that the system has put to
	 * sleep between regions holds nobody up, the others do its share.
	 */
	private final AtomicLongArray counters;

	private final AtomicBoolean busy = new AtomicBoolean();

	private volatile boolean closed;

	private volatile boolean stopped;

	/**
	 * Written before the chunks can be claimed, read after one was: claiming publishes
	 * it, and it stays until the last claimed chunk is done.
	 */
	private @Nullable Task task;

	/** The region's number of chunks; published as the task is. */
	private int total;

	private volatile @Nullable Thread sleepingCaller;

	private volatile @Nullable Throwable failure;

	/**
	 * Starts {@code threads - 1} threads.
	 * @param threads how many threads compute, the caller included
	 * @throws IllegalArgumentException if fewer than one
	 */
	public WorkerPool(int threads) {
		if (threads < 1) {
			throw new IllegalArgumentException("a worker pool needs at least 1 thread, not " + threads);
		}
		this.threads = threads;
		this.counters = new AtomicLongArray(CLAIMS + STEP * (threads + 1));
		this.workers = new Worker[threads - 1];
		for (int i = 0; i < this.workers.length; i++) {
			this.workers[i] = new Worker(i + 1);
		}
		for (Worker worker : this.workers) {
			worker.thread.start();
		}
	}

	/**
	 * How many threads compute, the caller included.
	 */
	public int threads() {
		return this.threads;
	}

	/**
	 * Runs {@code task.run(chunk, worker)} for each chunk from 0 to {@code chunks - 1},
	 * and returns when all are done. What a task throws is thrown here, after every
	 * thread has left; the remaining chunks are skipped.
	 * @throws IllegalStateException if the pool is closed, or another call is under way
	 */
	public void run(int chunks, Task task) {
		enter();
		try {
			if (this.workers.length == 0 || chunks <= 1) {
				runHere(chunks, task);
			}
			else {
				runEverywhere(chunks, task);
			}
		}
		finally {
			leave();
		}
	}

	private void enter() {
		if (this.closed) {
			throw new IllegalStateException("the worker pool is closed");
		}
		if (!this.busy.compareAndSet(false, true)) {
			throw new IllegalStateException(this.closed ? "the worker pool is closed"
					: "the worker pool is in use by another caller; it takes one at a time");
		}
	}

	private void leave() {
		this.busy.set(false);
		if (this.closed) {
			stopIfIdle();
		}
	}

	private static void runHere(int chunks, Task task) {
		for (int i = 0; i < chunks; i++) {
			task.run(i, 0);
		}
	}

	private void runEverywhere(int chunks, Task task) {
		this.task = task;
		this.failure = null;
		this.total = chunks;
		this.counters.set(DONE, 0);
		for (int i = 0; i < this.threads; i++) {
			long from = (long) chunks * i / this.threads;
			long to = (long) chunks * (i + 1) / this.threads;
			this.counters.set(CLAIMS + STEP * i, to << Integer.SIZE | from);
		}
		for (Worker worker : this.workers) {
			if (worker.parked) {
				LockSupport.unpark(worker.thread);
			}
		}
		work(0);
		awaitChunks(chunks);
		this.task = null;
		Throwable thrown = this.failure;
		if (thrown != null) {
			this.failure = null;
			rethrow(thrown);
		}
	}

	/** A task declares no checked exception, so the cast is never a lie worth hiding. */
	@SuppressWarnings("unchecked")
	private static <E extends Throwable> void rethrow(Throwable thrown) throws E {
		throw (E) thrown;
	}

	private static boolean claimable(long claims) {
		return (int) claims < (int) (claims >>> Integer.SIZE);
	}

	private boolean hasWork() {
		for (int i = 0; i < this.threads; i++) {
			if (claimable(this.counters.get(CLAIMS + STEP * i))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Claims and does chunks until none is left, the thread's own first.
	 */
	private void work(int worker) {
		for (int i = 0; i < this.threads; i++) {
			int slot = CLAIMS + STEP * ((worker + i) % this.threads);
			while (claimable(this.counters.get(slot))) {
				long claim = this.counters.getAndIncrement(slot);
				if (claimable(claim)) {
					runChunk((int) claim, worker);
					chunkIsDone(this.total);
				}
			}
		}
	}

	private void runChunk(int chunk, int worker) {
		Task current = this.task;
		if (current == null || this.failure != null) {
			return;
		}
		try {
			current.run(chunk, worker);
		}
		catch (Throwable ex) {
			this.failure = ex;
		}
	}

	private void awaitChunks(int chunks) {
		long start = 0;
		for (int spins = 1; this.counters.get(DONE) < chunks; spins++) {
			Thread.onSpinWait();
			if ((spins & 63) == 0) {
				long now = System.nanoTime();
				start = (start == 0) ? now : start;
				if (now - start > SPIN_NANOS) {
					sleepUntilDone(chunks);
					return;
				}
			}
		}
	}

	private void sleepUntilDone(int chunks) {
		this.sleepingCaller = Thread.currentThread();
		while (this.counters.get(DONE) < chunks) {
			LockSupport.park(this);
			if (Thread.currentThread().isInterrupted()) {
				// Parking returns at once for an interrupted thread, but the region must
				// end.
				Thread.yield();
			}
		}
		this.sleepingCaller = null;
	}

	private void chunkIsDone(int chunks) {
		if (this.counters.incrementAndGet(DONE) == chunks) {
			Thread caller = this.sleepingCaller;
			if (caller != null) {
				LockSupport.unpark(caller);
			}
		}
	}

	/**
	 * Ends the threads, at the latest after the region under way.
	 */
	@Override
	public void close() {
		this.closed = true;
		stopIfIdle();
	}

	/** Whoever takes {@code busy} after closing keeps it. */
	private void stopIfIdle() {
		if (this.busy.compareAndSet(false, true)) {
			this.stopped = true;
			for (Worker worker : this.workers) {
				LockSupport.unpark(worker.thread);
			}
		}
	}

	/** A piece of work. */
	@FunctionalInterface
	public interface Task {

		/**
		 * Does one chunk.
		 * @param chunk which
		 * @param worker which thread, from 0 to {@code threads - 1}
		 */
		void run(int chunk, int worker);

	}

	private final class Worker implements Runnable {

		private final int index;

		private final Thread thread;

		private volatile boolean parked;

		Worker(int index) {
			this.index = index;
			this.thread = Thread.ofPlatform().daemon(true).name("llama-worker-" + index).unstarted(this);
		}

		@Override
		public void run() {
			while (awaitWork()) {
				work(this.index);
			}
		}

		/** Returns false when the pool has ended. */
		private boolean awaitWork() {
			long start = 0;
			for (int spins = 1; !hasWork(); spins++) {
				Thread.onSpinWait();
				if ((spins & 63) == 0) {
					long now = System.nanoTime();
					start = (start == 0) ? now : start;
					if (now - start > SPIN_NANOS) {
						return sleepUntilWork();
					}
				}
			}
			return true;
		}

		private boolean sleepUntilWork() {
			this.parked = true;
			while (!hasWork() && !WorkerPool.this.stopped) {
				LockSupport.park(WorkerPool.this);
			}
			this.parked = false;
			return !WorkerPool.this.stopped;
		}

	}

}
