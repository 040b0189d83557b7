package io.github.llamaspring.boot.guard;

import java.time.Duration;

import io.github.llamaspring.guard.judge.Dialogue;
import io.github.llamaspring.guard.judge.Judge;
import io.github.llamaspring.guard.judge.Judgement;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;

/**
 * A judge that is left alone for a while where it fails again and again: the guard's fail
 * mode then decides at once. Thread-safe.
 */
public final class BreakingJudge implements Judge {

	private final Judge judge;

	private final CircuitBreaker breaker;

	private final Duration most;

	/**
	 * @param most the longest the judge gets, whatever the policy says
	 */
	public BreakingJudge(Judge judge, CircuitBreaker breaker, Duration most) {
		this.most = most;
		this.judge = judge;
		this.breaker = breaker;
	}

	@Override
	public Judgement judge(Dialogue dialogue, Duration limit) {
		try {
			return this.breaker.executeSupplier(() -> asked(dialogue, limit));
		}
		catch (CallNotPermittedException ex) {
			return Judgement.error("the judge failed too often and is left alone for a while");
		}
		catch (NoAnswerException ex) {
			return ex.judgement;
		}
	}

	private Judgement asked(Dialogue dialogue, Duration limit) {
		Judgement judgement = this.judge.judge(dialogue, (limit.compareTo(this.most) < 0) ? limit : this.most);
		if (judgement.status() != Judgement.Status.OK) {
			throw new NoAnswerException(judgement);
		}
		return judgement;
	}

	/** What the breaker counts as a failure. */
	private static final class NoAnswerException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final transient Judgement judgement;

		NoAnswerException(Judgement judgement) {
			super(judgement.reason(), null, false, false);
			this.judgement = judgement;
		}

	}

}
