package io.github.llamaspring.boot.guard;

import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * A check, for conventions and handlers of observations.
 */
public final class GuardObservationContext extends Observation.Context {

	private final Stage stage;

	private final boolean streamed;

	private final PolicyInfo policy;

	private volatile @Nullable Verdict verdict;

	GuardObservationContext(Stage stage, boolean streamed, PolicyInfo policy) {
		this.stage = stage;
		this.streamed = streamed;
		this.policy = policy;
	}

	public Stage stage() {
		return this.stage;
	}

	/** Whether the text was checked while it was written. */
	public boolean isStreamed() {
		return this.streamed;
	}

	public PolicyInfo policy() {
		return this.policy;
	}

	/** Null until it stands. */
	public @Nullable Verdict verdict() {
		return this.verdict;
	}

	void setVerdict(Verdict verdict) {
		this.verdict = verdict;
	}

}
