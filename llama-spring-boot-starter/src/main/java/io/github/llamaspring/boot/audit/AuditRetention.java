package io.github.llamaspring.boot.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes old audit events, at the start and every hour, on a thread of its own.
 */
public final class AuditRetention implements AutoCloseable {

	private static final Logger LOG = LoggerFactory.getLogger(AuditRetention.class);

	private final JdbcAuditSink sink;

	private final Duration retention;

	private final ScheduledExecutorService executor;

	/**
	 * @param retention how long events are kept; zero keeps all
	 */
	public AuditRetention(JdbcAuditSink sink, Duration retention) {
		if (retention.isNegative()) {
			throw new IllegalArgumentException("the retention of audit events must not be negative: " + retention);
		}
		this.sink = sink;
		this.retention = retention;
		this.executor = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "llama-guard-audit-retention");
			thread.setDaemon(true);
			return thread;
		});
		if (!retention.isZero()) {
			this.executor.scheduleWithFixedDelay(this::purge, 0, 60, TimeUnit.MINUTES);
		}
	}

	/**
	 * Removes what is too old now. A failure is logged: the next hour tries again.
	 */
	void purge() {
		try {
			int removed = this.sink.purge(Instant.now().minus(this.retention));
			if (removed > 0) {
				LOG.info("{} audit events older than {} removed", removed, this.retention);
			}
		}
		catch (RuntimeException ex) {
			LOG.warn("old audit events could not be removed; the next hour tries again", ex);
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
