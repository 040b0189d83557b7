package io.github.llamaspring.boot.guard;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.GuardStream;
import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Status;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last verdicts: a text passes the advisor, the guarded model and perhaps a
 * facade, and each asks. Each asking makes an audit event; those answered from here say
 * so. What a failure or a time limit decided is asked anew.
 */
final class CachingModeration implements Moderation {

	private static final int ENTRIES = 128;

	/** Longer texts are not kept: the cache stays below a few megabytes. */
	private static final int LONGEST = 16_384;

	private final Guards guards;

	private final TenantResolver tenants;

	private final VerdictObserver observer;

	private final Map<Key, Verdict> verdicts = Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<Key, Verdict> eldest) {
			return size() > ENTRIES;
		}
	});

	CachingModeration(Guards guards, TenantResolver tenants, VerdictObserver observer) {
		this.guards = guards;
		this.tenants = tenants;
		this.observer = observer;
	}

	@Override
	public Verdict check(String text, GuardContext context) {
		String tenant = this.tenants.tenant();
		return check(text, of(tenant, context), this.guards.guard(tenant));
	}

	private Verdict check(String text, GuardContext context, Guard guard) {
		Key key = new Key(text, context, guard.policy().hash());
		Verdict known = this.verdicts.get(key);
		if (known != null) {
			guard.remembered(text, context, known);
			return known;
		}
		Verdict verdict = guard.check(text, context);
		this.observer.onVerdict(context.stage(), verdict);
		if (text.length() <= LONGEST && verdict.status() == Status.OK && !pseudonymized(verdict)) {
			this.verdicts.put(key, verdict);
		}
		return verdict;
	}

	/** Its placeholders last as long as the vault knows them, no longer. */
	private static boolean pseudonymized(Verdict verdict) {
		return verdict.findings().stream().anyMatch((finding) -> finding.action() == Action.PSEUDONYMIZE);
	}

	@Override
	public boolean pseudonymizes() {
		return guard().pseudonymizes();
	}

	@Override
	public AnswerRestorer restorer(GuardContext context) {
		return new AnswerRestorer(guard().restorer(context));
	}

	@Override
	public String restore(String text, GuardContext context) {
		return guard().restore(text, context);
	}

	@Override
	public void forget(String conversation) {
		guard().vault().forget(conversation);
	}

	@Override
	public GuardStream stream(GuardContext context) {
		String tenant = this.tenants.tenant();
		return new ObservedStream(this.guards.guard(tenant).stream(of(tenant, context)), context, this.observer);
	}

	@Override
	public PolicyInfo policy() {
		return guard().policy();
	}

	private static GuardContext of(@Nullable String tenant, GuardContext context) {
		return (context.tenant() == null && tenant != null) ? context.withTenant(tenant) : context;
	}

	private Guard guard() {
		return this.guards.guard(this.tenants.tenant());
	}

	/** With the policy's hash: a verdict is not older than the policy. */
	private record Key(String text, GuardContext context, String policy) {
	}

	/**
	 * Reports the final verdict once.
	 */
	private static final class ObservedStream implements GuardStream {

		private final GuardStream delegate;

		private final GuardContext context;

		private final VerdictObserver observer;

		private boolean reported;

		ObservedStream(GuardStream delegate, GuardContext context, VerdictObserver observer) {
			this.delegate = delegate;
			this.context = context;
			this.observer = observer;
		}

		@Override
		public Released feed(String text) {
			return reported(this.delegate.feed(text));
		}

		@Override
		public Released poll() {
			return reported(this.delegate.poll());
		}

		private Released reported(Released released) {
			if (released.blocked()) {
				report();
			}
			return released;
		}

		@Override
		public Released finish() {
			Released released = this.delegate.finish();
			report();
			return released;
		}

		@Override
		public void abandon() {
			this.delegate.abandon();
			report();
		}

		private void report() {
			if (!this.reported) {
				this.reported = true;
				this.observer.onVerdict(this.context.stage(), this.delegate.verdict());
			}
		}

		@Override
		public Verdict verdict() {
			return this.delegate.verdict();
		}

		@Override
		public int held() {
			return this.delegate.held();
		}

	}

}
