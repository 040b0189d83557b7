package io.github.llamaspring.guard.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Lets a sink work on a thread of its own, in batches, so that whoever checks a text
 * neither waits for it nor hears of its failures. Events that find the queue full are
 * dropped and counted. Thread-safe.
 *
 * <p>
 * The thread is there while there is something to do and for a few seconds more, so that
 * a sink nobody closes leaves nothing behind. It does not keep the JVM alive: who wants
 * the last events too closes the sink.
 */
public final class AsyncAuditSink implements AuditSink, AutoCloseable {

	/** Events that may wait, where nobody says otherwise. */
	public static final int CAPACITY = 10_000;

	private static final System.Logger LOG = System.getLogger(AsyncAuditSink.class.getName());

	private static final int BATCH = 256;

	private static final long IDLE_MILLIS = 5_000;

	private static final Duration CLOSING = Duration.ofSeconds(5);

	private final AuditSink sink;

	private final BlockingQueue<GuardEvent> queue;

	private final AtomicBoolean working = new AtomicBoolean();

	/** Taken in and not yet dealt with. */
	private final AtomicLong pending = new AtomicLong();

	private final AtomicLong written = new AtomicLong();

	private final AtomicLong dropped = new AtomicLong();

	private final AtomicLong failed = new AtomicLong();

	private volatile boolean closed;

	private volatile boolean failing;

	private volatile @Nullable Thread worker;

	/**
	 * @param sink does the work; called by one thread at a time
	 * @param capacity events that may wait, 1 or more
	 */
	public AsyncAuditSink(AuditSink sink, int capacity) {
		this.sink = Objects.requireNonNull(sink, "sink");
		if (capacity < 1) {
			throw new IllegalArgumentException("the queue must hold 1 event or more, not " + capacity);
		}
		this.queue = new ArrayBlockingQueue<>(capacity);
	}

	@Override
	public void accept(GuardEvent event) {
		this.pending.incrementAndGet();
		if (this.closed || !this.queue.offer(event)) {
			this.pending.decrementAndGet();
			this.dropped.incrementAndGet();
			return;
		}
		wake();
	}

	private void wake() {
		if (!this.working.get() && this.working.compareAndSet(false, true)) {
			try {
				Thread thread = new Thread(this::work, "llama-guard-audit");
				thread.setDaemon(true);
				this.worker = thread;
				thread.start();
			}
			catch (OutOfMemoryError ex) {
				// no thread to be had now: the next event tries again
				this.working.set(false);
			}
		}
	}

	private void work() {
		List<GuardEvent> batch = new ArrayList<>(BATCH);
		while (true) {
			GuardEvent first = next();
			if (first == null) {
				this.working.set(false);
				if (this.queue.isEmpty() || !this.working.compareAndSet(false, true)) {
					return;
				}
				continue;
			}
			batch.add(first);
			this.queue.drainTo(batch, BATCH - 1);
			write(batch);
			batch.clear();
		}
	}

	private @Nullable GuardEvent next() {
		try {
			return this.queue.poll(this.closed ? 0 : IDLE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			// closed: what still waits is dealt with without waiting for more
			return this.queue.poll();
		}
	}

	private void write(List<GuardEvent> batch) {
		try {
			this.sink.acceptAll(List.copyOf(batch));
			this.written.addAndGet(batch.size());
			this.failing = false;
		}
		catch (RuntimeException | Error ex) {
			this.failed.addAndGet(batch.size());
			if (!this.failing) {
				this.failing = true;
				LOG.log(System.Logger.Level.WARNING,
						"audit events can''t be written; this is said once until it works" + " again", ex);
			}
		}
		finally {
			this.pending.addAndGet(-batch.size());
		}
	}

	/**
	 * Waits until all events taken in so far are dealt with.
	 * @return whether they are, within the time
	 */
	public boolean flush(Duration limit) {
		long deadline = System.nanoTime() + limit.toNanos();
		while (this.pending.get() > 0) {
			if (System.nanoTime() - deadline >= 0) {
				return false;
			}
			try {
				wake();
				Thread.sleep(2);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}
		return true;
	}

	/** Events that wait. */
	public int queued() {
		return this.queue.size();
	}

	/** Events that the sink took. */
	public long written() {
		return this.written.get();
	}

	/** Events that found the queue full, or came after the end. */
	public long dropped() {
		return this.dropped.get();
	}

	/** Events of batches at which the sink failed; some of a batch may have been kept. */
	public long failed() {
		return this.failed.get();
	}

	/**
	 * Takes in nothing more, waits up to five seconds for what waits, and closes the
	 * sink, if that can be closed. What is left then is dropped.
	 */
	@Override
	public void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		if (!flush(CLOSING)) {
			List<GuardEvent> rest = new ArrayList<>();
			this.queue.drainTo(rest);
			this.dropped.addAndGet(rest.size());
			this.pending.addAndGet(-rest.size());
		}
		Thread thread = this.worker;
		if (thread != null) {
			thread.interrupt();
		}
		if (this.sink instanceof AutoCloseable closeable) {
			try {
				closeable.close();
			}
			catch (Exception ex) {
				LOG.log(System.Logger.Level.WARNING, "the audit sink can''t be closed", ex);
			}
		}
	}

}
