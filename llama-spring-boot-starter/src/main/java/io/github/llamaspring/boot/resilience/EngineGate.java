package io.github.llamaspring.boot.resilience;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.core.LlamaModel;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only way to the engine: a fair, bounded queue in front of its slots, time limits
 * and a circuit breaker. Each slot is a session and a platform thread of its own, so the
 * kernels never run on a virtual thread or on a caller's. Thread-safe.
 *
 * <p>
 * How it works: a request that finds the circuit closed and room in the queue gets a job.
 * Whenever a job arrives or ends, {@link #dispatch()} moves jobs from the head of the
 * queue to free slots, as long as the bulkhead gives permits. A job's own lock orders
 * what its listener hears.
 */
public final class EngineGate implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EngineGate.class);

	private static final double INITIAL_SECONDS = 5;

	private final LlamaEngine engine;

	private final Bulkhead bulkhead;

	private final CircuitBreaker circuitBreaker;

	private final GateLimits limits;

	private final EngineSlots slots;

	private final ExecutorService workers;

	private final ScheduledExecutorService watchdog;

	private final List<GateObserver> observers = new CopyOnWriteArrayList<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final ArrayDeque<GateJob> queue = new ArrayDeque<>();

	private final ArrayDeque<GateJob> running = new ArrayDeque<>();

	private volatile double averageSeconds = INITIAL_SECONDS;

	private boolean closed;

	/**
	 * A gate whose slots are the permits of the bulkhead.
	 * @param bulkhead its waiting time should be 0: waiting is done here
	 * @param circuitBreaker hears of faults of the engine only
	 */
	public EngineGate(LlamaEngine engine, Bulkhead bulkhead, CircuitBreaker circuitBreaker, GateLimits limits) {
		this.engine = engine;
		this.bulkhead = bulkhead;
		this.circuitBreaker = circuitBreaker;
		this.limits = limits;
		int count = bulkhead.getBulkheadConfig().getMaxConcurrentCalls();
		this.slots = new EngineSlots(count);
		this.workers = Executors.newFixedThreadPool(count,
				Thread.ofPlatform().daemon().name("llama-engine-", 1).factory());
		this.watchdog = Executors
			.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("llama-watchdog").factory());
		// permits may also be taken by others who share the user's bulkhead
		bulkhead.getEventPublisher().onCallFinished((_) -> dispatch());
	}

	/**
	 * Takes a request in.
	 * @throws io.github.llamaspring.boot.engine.EngineNotReadyException while there is no
	 * model
	 * @throws EngineBusyException where the queue is full or the circuit is open
	 */
	public Ticket submit(GateRequest request, GateListener listener) {
		LlamaModel model = this.engine.model();
		if (!this.circuitBreaker.tryAcquirePermission()) {
			throw reject("The engine failed several times and is left alone for a while", Duration
				.ofMillis(Math.max(1000,
						this.circuitBreaker.getCircuitBreakerConfig().getWaitIntervalFunctionInOpenState().apply(1))));
		}
		GateJob job = new GateJob(request, listener, model);
		this.lock.lock();
		try {
			boolean slotFree = this.queue.isEmpty() && this.running.size() < this.slots.count();
			if (this.closed || (!slotFree && this.queue.size() >= this.limits.queueCapacity())) {
				this.circuitBreaker.releasePermission();
				throw this.closed ? reject("The engine is shutting down", Duration.ofSeconds(5))
						: reject("All " + this.slots.count() + " places of the engine are taken and "
								+ this.queue.size() + " requests wait", retryAfter());
			}
			this.queue.add(job);
		}
		finally {
			this.lock.unlock();
		}
		dispatch();
		Duration maxWait = request.maxWait();
		if (maxWait != null) {
			this.watchdog.schedule(() -> expire(job, maxWait), maxWait.toMillis(), TimeUnit.MILLISECONDS);
		}
		return () -> cancel(job);
	}

	private EngineBusyException reject(String message, Duration retryAfter) {
		this.observers.forEach(GateObserver::onRejected);
		return new EngineBusyException(message, retryAfter);
	}

	private Duration retryAfter() {
		double seconds = this.averageSeconds * (queued() + 1) / this.slots.count();
		return Duration.ofSeconds(Math.clamp(Math.round(seconds), 1, 60));
	}

	private void dispatch() {
		List<GateJob> waiting;
		this.lock.lock();
		try {
			while (!this.closed && !this.queue.isEmpty() && this.running.size() < this.slots.count()
					&& this.bulkhead.tryAcquirePermission()) {
				GateJob job = this.queue.remove();
				this.running.add(job);
				this.workers.execute(() -> run(job));
			}
			waiting = List.copyOf(this.queue);
		}
		finally {
			this.lock.unlock();
		}
		for (int i = 0; i < waiting.size(); i++) {
			waiting.get(i).queued(i + 1);
		}
	}

	private void run(GateJob job) {
		long start = System.nanoTime();
		EngineSlots.Slot slot = this.slots.take(job.request().affinity());
		DeadlineWatch watch = new DeadlineWatch(this.limits, this.watchdog, job);
		Runnable end = () -> {
		};
		try {
			job.started();
			watch.start();
			Outcome outcome = job.generate(slot.session(job.model()), watch,
					(wait) -> this.observers.forEach((each) -> each.onFirstToken(wait)));
			report(job, start);
			this.observers.forEach((each) -> each.onCompleted(outcome));
			end = () -> job.listener().onCompleted(outcome);
		}
		catch (Throwable ex) {
			slot.discard();
			report(ex, start);
			end = () -> job.listener().onFailed(GateJob.unwrap(ex));
		}
		finally {
			watch.stop();
			this.slots.giveBack(slot);
			leave(job);
		}
		// after the slot is free: whoever hears of the end may ask again at once
		end.run();
	}

	private void report(GateJob job, long start) {
		long nanos = System.nanoTime() - start;
		if (job.wasStopped()) {
			this.circuitBreaker.releasePermission();
		}
		else {
			this.circuitBreaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
			this.averageSeconds = 0.8 * this.averageSeconds + 0.2 * nanos / 1e9;
		}
	}

	private void report(Throwable failure, long start) {
		if (GateJob.isFault(failure)) {
			this.circuitBreaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, failure);
			this.observers.forEach((each) -> each.onFailed(failure));
		}
		else {
			this.circuitBreaker.releasePermission();
		}
	}

	private void leave(GateJob job) {
		this.lock.lock();
		try {
			this.running.remove(job);
		}
		finally {
			this.lock.unlock();
		}
		this.bulkhead.onComplete();
		dispatch();
	}

	private void cancel(GateJob job) {
		job.cancellation().cancel();
		if (takeOut(job)) {
			job.listener().onCompleted(Outcome.cancelledInQueue());
		}
	}

	private void expire(GateJob job, Duration waited) {
		if (takeOut(job)) {
			job.listener().onFailed(reject("No place at the engine within " + waited.toSeconds() + " s", retryAfter()));
		}
	}

	private boolean takeOut(GateJob job) {
		boolean removed;
		this.lock.lock();
		try {
			removed = this.queue.remove(job);
		}
		finally {
			this.lock.unlock();
		}
		if (removed) {
			this.circuitBreaker.releasePermission();
			dispatch();
		}
		return removed;
	}

	/**
	 * Requests that wait now.
	 */
	public int queued() {
		this.lock.lock();
		try {
			return this.queue.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Generations that run now.
	 */
	public int running() {
		this.lock.lock();
		try {
			return this.running.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The most generations at once.
	 */
	public int slots() {
		return this.slots.count();
	}

	/**
	 * State of the circuit, such as {@code CLOSED}.
	 */
	public String circuit() {
		return this.circuitBreaker.getState().name();
	}

	public void observe(GateObserver observer) {
		this.observers.add(observer);
	}

	/**
	 * Cancels what runs and waits, and gives the sessions back.
	 */
	@Override
	public void close() {
		List<GateJob> all;
		this.lock.lock();
		try {
			this.closed = true;
			all = new ArrayList<>(this.queue);
			all.addAll(this.running);
		}
		finally {
			this.lock.unlock();
		}
		all.forEach(this::cancel);
		awaitEnd();
		this.watchdog.shutdownNow();
		this.slots.close();
	}

	/**
	 * A cancelled generation ends within a token; an engine that hangs must not hold up
	 * the shutdown for ever.
	 */
	private void awaitEnd() {
		this.workers.shutdown();
		try {
			if (!this.workers.awaitTermination(10, TimeUnit.SECONDS)) {
				logger.warn("A generation did not end within 10 s of being cancelled");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
