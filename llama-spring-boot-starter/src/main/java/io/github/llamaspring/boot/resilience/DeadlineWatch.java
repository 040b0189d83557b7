package io.github.llamaspring.boot.resilience;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Cancels the engine where the first token, the next token or the end is late. Checks
 * only when a limit could have passed, so a token costs one volatile write.
 */
final class DeadlineWatch {

	private final GateLimits limits;

	private final ScheduledExecutorService scheduler;

	private final GateJob job;

	private final long begin = System.nanoTime();

	private volatile long lastToken;

	private volatile boolean anyToken;

	private volatile boolean stopped;

	private volatile @Nullable ScheduledFuture<?> next;

	DeadlineWatch(GateLimits limits, ScheduledExecutorService scheduler, GateJob job) {
		this.limits = limits;
		this.scheduler = scheduler;
		this.job = job;
	}

	void start() {
		schedule(System.nanoTime());
	}

	/** A token that is late ends the turn, though nobody may have looked yet. */
	void token() {
		long now = System.nanoTime();
		if (remaining(now) <= 0) {
			this.job.timeOut();
			return;
		}
		this.lastToken = now;
		this.anyToken = true;
	}

	void stop() {
		this.stopped = true;
		ScheduledFuture<?> pending = this.next;
		if (pending != null) {
			pending.cancel(false);
		}
	}

	private void schedule(long now) {
		// the shorter of both limits while no token has come: the first may come
		// meanwhile
		long step = Math.min(remaining(now), this.limits.betweenTokens().toNanos());
		this.next = this.scheduler.schedule(this::check, Math.max(step, 1), TimeUnit.NANOSECONDS);
	}

	private void check() {
		long now = System.nanoTime();
		if (this.stopped) {
			return;
		}
		if (remaining(now) <= 0) {
			this.job.timeOut();
		}
		else {
			schedule(now);
		}
	}

	private long remaining(long now) {
		long total = this.limits.total().toNanos() - (now - this.begin);
		long token = this.anyToken ? this.limits.betweenTokens().toNanos() - (now - this.lastToken)
				: this.limits.firstToken().toNanos() - (now - this.begin);
		return Math.min(total, token);
	}

}
