package io.github.llamaspring.guard;

import java.util.List;

/**
 * A stream under a policy in shadow: everything passes at once, the verdict says what was
 * found. Also after the policy would have blocked: then it looks no further.
 */
final class WatchedStream implements GuardStream {

	private final GuardStream watched;

	private final StringBuilder released = new StringBuilder();

	private boolean finished;

	WatchedStream(GuardStream watched) {
		this.watched = watched;
	}

	@Override
	public Released feed(String text) {
		this.watched.feed(text);
		this.released.append(text);
		return new Released(text, List.of(), false);
	}

	@Override
	public Released poll() {
		this.watched.poll();
		return new Released("", List.of(), false);
	}

	@Override
	public Released finish() {
		if (!this.finished) {
			this.finished = true;
			this.watched.finish();
		}
		return new Released("", List.of(), false);
	}

	@Override
	public void abandon() {
		this.watched.abandon();
	}

	@Override
	public Verdict verdict() {
		return passing(this.watched.verdict(), this.released.toString());
	}

	@Override
	public int held() {
		return 0;
	}

	/**
	 * The verdict of a policy in shadow: what it would act on is flagged, its findings
	 * say what it would have done.
	 */
	static Verdict passing(Verdict verdict, String text) {
		return new Verdict((verdict.action() == Action.ALLOW) ? Action.ALLOW : Action.FLAG, verdict.band(),
				verdict.findings(), verdict.scores(), text, List.of(), null, null, verdict.category(), verdict.rule(),
				verdict.policy(), verdict.status(), verdict.nanos());
	}

}
