package io.github.llamaspring.guard;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.policy.Policy;
import io.github.llamaspring.guard.policy.PolicyException;

/**
 * The guards of now: one for everybody and one for each tenant that the policy knows,
 * perhaps with a second policy in shadow beside them, read anew when the files change.
 * Thread-safe.
 *
 * <p>
 * How reloading works: each guard is immutable, so a check or a stream that has begun
 * ends by the policy it began with, and no request waits for a reload or is dropped. The
 * files are read and compared by content every so often. A {@code WatchService} would
 * hear of changes sooner, but hears of none on network drives and of the wrong ones where
 * a container's mounted configuration is swapped by a symbolic link; times and sizes of
 * files don't tell either when a copy keeps them. What has just changed is read again a
 * moment later, so that a file is not taken half-written. Where the files can't be used,
 * the guards stay as they are, {@link #status()} says why and since when, and the log
 * says it once.
 */
public final class Guards implements AutoCloseable {

	private static final System.Logger LOG = System.getLogger(Guards.class.getName());

	private static final long SETTLE_MILLIS = 200;

	private final @Nullable Builder parts;

	private final @Nullable ScheduledExecutorService watcher;

	private volatile State state;

	private Guards(Builder parts) {
		this.parts = parts;
		this.state = new State(parts.read().compile(parts), 0, 0, null);
		this.watcher = parts.every.isZero() ? null : watch(parts.every);
	}

	private Guards(Guard fixed) {
		this.parts = null;
		this.state = new State(new Current(new Files(null, null), fixed, Map.of(), Instant.now()), 0, 0, null);
		this.watcher = null;
	}

	/**
	 * Always the same guard, for every tenant.
	 */
	public static Guards of(Guard guard) {
		return new Guards(Objects.requireNonNull(guard, "guard"));
	}

	/**
	 * Guards of these parts; its policy file is the one that is read anew. The parts must
	 * not be changed afterwards.
	 */
	public static Builder builder(Guard.Builder parts) {
		return new Builder(parts);
	}

	private ScheduledExecutorService watch(Duration every) {
		ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "llama-guard-policy");
			thread.setDaemon(true);
			return thread;
		});
		executor.scheduleWithFixedDelay(() -> look(Math.min(SETTLE_MILLIS, every.toMillis())), every.toMillis(),
				every.toMillis(), TimeUnit.MILLISECONDS);
		return executor;
	}

	/**
	 * The guard of everybody without a policy of their own.
	 */
	public Guard guard() {
		return this.state.current().common();
	}

	/**
	 * The guard of a tenant. Who keeps it keeps its policy: ask again for the next text.
	 * @param tenant null, or one the policy does not know, gets what everybody gets
	 */
	public Guard guard(@Nullable String tenant) {
		Current now = this.state.current();
		Guard own = (tenant != null) ? now.tenants().get(tenant) : null;
		return (own != null) ? own : now.common();
	}

	/**
	 * The tenants that have a policy of their own.
	 */
	public Set<String> tenants() {
		return new TreeSet<>(this.state.current().tenants().keySet());
	}

	/**
	 * Looks at the files now.
	 * @return whether policies were read anew; where that failed, {@link #status()} says
	 * why
	 */
	public boolean reload() {
		return look(0);
	}

	private synchronized boolean look(long settleMillis) {
		Builder files = this.parts;
		if (files == null || (this.state.failure() == null && this.state.current().files().areCurrent())) {
			return false;
		}
		try {
			Attempt attempt = Attempt.of(files);
			if (settleMillis > 0 && !attempt.isRepeatedAfter(settleMillis, files)) {
				return false;
			}
			return take(attempt, files);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (RuntimeException ex) {
			failed(ex);
			return false;
		}
	}

	private boolean take(Attempt attempt, Builder files) {
		Files read = attempt.files();
		if (read == null) {
			failed(Objects.requireNonNull(attempt.failure()));
			return false;
		}
		State now = this.state;
		boolean changed = !read.sources().equals(now.current().files().sources());
		this.state = changed ? now.reloaded(read.compile(files)) : now.usable();
		if (changed) {
			LOG.log(System.Logger.Level.INFO, "moderation policy read anew: {0}", guard().policy());
		}
		return changed;
	}

	private void failed(RuntimeException ex) {
		State now = this.state;
		Failure old = now.failure();
		String message = String.valueOf(ex.getMessage());
		if (old != null && old.message().equals(message)) {
			return;
		}
		this.state = now.failed(new Failure((ex instanceof PolicyException policy) ? policy.file() : null,
				(ex instanceof PolicyException policy) ? policy.line() : 0, message,
				(old != null) ? old.since() : Instant.now()));
		LOG.log(System.Logger.Level.WARNING, "the changed moderation policy can''t be used, {0} stays: {1}",
				guard().policy(), message);
	}

	/**
	 * What is in use and whether the files can be used.
	 */
	public Status status() {
		State now = this.state;
		Current current = now.current();
		Policy shadow = current.files().shadow();
		return new Status(current.common().policy(),
				(shadow != null) ? new PolicyInfo(shadow.id(), shadow.version(), shadow.hash()) : null,
				current.loadedAt(), now.reloads(), now.failures(), now.failure());
	}

	/**
	 * Ends the looking after changes; the guards stay.
	 */
	@Override
	public void close() {
		if (this.watcher != null) {
			this.watcher.shutdownNow();
		}
	}

	/**
	 * What is in use.
	 *
	 * @param policy of everybody
	 * @param shadow the one beside it; null without
	 * @param loadedAt since when
	 * @param reloads how often policies were read anew
	 * @param failures how often changed files could not be used, each fault counted once
	 * @param failure why the files of now can't be used; null where they are in use
	 */
	public record Status(PolicyInfo policy, @Nullable PolicyInfo shadow, Instant loadedAt, long reloads, long failures,
			@Nullable Failure failure) {
	}

	/**
	 * Why files can't be used.
	 *
	 * @param file with the fault; null where no single one is to blame
	 * @param line of the fault, from 1; 0 where it is not known
	 * @param message file, line and key, and what to do
	 * @param since when the files have not been usable
	 */
	public record Failure(@Nullable String file, int line, String message, Instant since) {
	}

	/** What was read. */
	private record Files(@Nullable Policy live, @Nullable Policy shadow) {

		Map<Path, String> sources() {
			Map<Path, String> all = new HashMap<>();
			if (this.live != null) {
				all.putAll(this.live.sources());
			}
			if (this.shadow != null) {
				all.putAll(this.shadow.sources());
			}
			return all;
		}

		boolean areCurrent() {
			return (this.live == null || this.live.isCurrent()) && (this.shadow == null || this.shadow.isCurrent());
		}

		Current compile(Builder builder) {
			Policy common = Objects.requireNonNull(this.live);
			Set<String> names = new TreeSet<>(common.tenants().keySet());
			if (this.shadow != null) {
				names.addAll(this.shadow.tenants().keySet());
			}
			Map<String, Guard> tenants = new HashMap<>();
			for (String name : names) {
				tenants.put(name,
						guard(builder, of(common, name), (this.shadow != null) ? of(this.shadow, name) : null));
			}
			return new Current(this, guard(builder, common, this.shadow), Map.copyOf(tenants), Instant.now());
		}

		private static Policy of(Policy policy, String tenant) {
			return policy.tenants().getOrDefault(tenant, policy);
		}

		private static Guard guard(Builder builder, Policy live, @Nullable Policy shadow) {
			return builder.parts.build(live,
					(shadow != null) ? new Shadow(builder.parts.watching(shadow), builder.listener) : null);
		}

	}

	/**
	 * What is in use and whether the files can be used, in one: who sees the new policy
	 * must not see the old one's failure beside it.
	 */
	private record State(Current current, long reloads, long failures, @Nullable Failure failure) {

		State reloaded(Current anew) {
			return new State(anew, this.reloads + 1, this.failures, null);
		}

		State usable() {
			return new State(this.current, this.reloads, this.failures, null);
		}

		State failed(Failure why) {
			return new State(this.current, this.reloads, this.failures + 1, why);
		}

	}

	private record Current(Files files, Guard common, Map<String, Guard> tenants, Instant loadedAt) {
	}

	/** One reading of the files: what they say, or why not. */
	private record Attempt(@Nullable Files files, @Nullable PolicyException failure) {

		static Attempt of(Builder builder) {
			try {
				return new Attempt(builder.read(), null);
			}
			catch (PolicyException ex) {
				return new Attempt(null, ex);
			}
		}

		boolean isRepeatedAfter(long millis, Builder builder) throws InterruptedException {
			Thread.sleep(millis);
			Attempt again = of(builder);
			return (this.files != null && again.files != null) ? this.files.sources().equals(again.files.sources())
					: Objects.equals(message(), again.message());
		}

		private @Nullable String message() {
			return (this.failure != null) ? this.failure.getMessage() : null;
		}

	}

	/**
	 * Puts guards together. Used by one thread.
	 */
	public static final class Builder {

		private final Guard.Builder parts;

		private @Nullable Path shadow;

		private ShadowListener listener = (difference) -> {
		};

		private Duration every = Duration.ZERO;

		private Builder(Guard.Builder parts) {
			this.parts = Objects.requireNonNull(parts, "parts");
		}

		/**
		 * A policy file that judges every text beside the live policy and never acts.
		 */
		public Builder shadow(@Nullable Path policy, ShadowListener hears) {
			this.shadow = policy;
			this.listener = Objects.requireNonNull(hears, "hears");
			return this;
		}

		/**
		 * How often to look whether the files have changed; zero, which is the default,
		 * looks only when {@link Guards#reload()} says so.
		 */
		public Builder reload(Duration interval) {
			if (interval.isNegative()) {
				throw new IllegalArgumentException("reload must not be negative: " + interval);
			}
			this.every = interval;
			return this;
		}

		/**
		 * The guards.
		 * @throws PolicyException naming file, line and key, where a file is not a valid
		 * policy
		 */
		public Guards build() {
			return new Guards(this);
		}

		private Files read() {
			return new Files(this.parts.read(), (this.shadow != null) ? this.parts.read(this.shadow) : null);
		}

	}

}
