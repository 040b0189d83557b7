package io.github.llamaspring.boot.guard;

import java.util.List;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Band;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.GuardStream;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Scores;
import io.github.llamaspring.guard.Status;
import io.github.llamaspring.guard.Verdict;
import io.github.llamaspring.guard.vault.VaultStream;

/**
 * The guard switched off: every text is allowed by a policy named {@code none}.
 */
final class NoModeration implements Moderation {

	private static final PolicyInfo NONE = new PolicyInfo("none", "0", "");

	@Override
	public Verdict check(String text, GuardContext context) {
		return allow(text);
	}

	@Override
	public GuardStream stream(GuardContext context) {
		return new PassingStream();
	}

	@Override
	public boolean pseudonymizes() {
		return false;
	}

	@Override
	public AnswerRestorer restorer(GuardContext context) {
		return new AnswerRestorer(VaultStream.passing());
	}

	@Override
	public String restore(String text, GuardContext context) {
		return text;
	}

	@Override
	public void forget(String conversation) {
		// Nothing was kept.
	}

	@Override
	public PolicyInfo policy() {
		return NONE;
	}

	private static Verdict allow(String text) {
		return new Verdict(Action.ALLOW, Band.CLEAR, List.of(), Scores.NONE, text, List.of(), null, null, null, null,
				NONE, Status.OK, 0);
	}

	private static final class PassingStream implements GuardStream {

		private final StringBuilder all = new StringBuilder();

		@Override
		public Released feed(String text) {
			this.all.append(text);
			return new Released(text, List.of(), false);
		}

		@Override
		public Released poll() {
			return new Released("", List.of(), false);
		}

		@Override
		public Released finish() {
			return new Released("", List.of(), false);
		}

		@Override
		public Verdict verdict() {
			return allow(this.all.toString());
		}

		@Override
		public int held() {
			return 0;
		}

	}

}
