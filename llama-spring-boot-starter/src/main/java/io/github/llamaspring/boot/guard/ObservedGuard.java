package io.github.llamaspring.boot.guard;

import io.github.llamaspring.guard.GuardObserver;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Checks as Micrometer observations, of which timers and spans are made. What happens
 * within a check, such as a judge's, belongs to its span; a stream's begins when it is
 * opened and ends with the text.
 */
public final class ObservedGuard implements GuardObserver {

	private static final GuardObservationConvention CONVENTION = new GuardObservationConvention();

	private final ObservationRegistry registry;

	public ObservedGuard(ObservationRegistry registry) {
		this.registry = registry;
	}

	@Override
	public Watch start(Stage stage, boolean streamed, PolicyInfo policy) {
		GuardObservationContext context = new GuardObservationContext(stage, streamed, policy);
		Observation observation = Observation.createNotStarted(null, CONVENTION, () -> context, this.registry).start();
		return new ObservedCheck(context, observation, streamed ? null : observation.openScope());
	}

	private record ObservedCheck(GuardObservationContext context, Observation observation,
			Observation.@Nullable Scope scope) implements Watch {

		@Override
		public void stop(Verdict verdict) {
			this.context.setVerdict(verdict);
			end();
		}

		@Override
		public void failed(Throwable failure) {
			this.observation.error(failure);
			end();
		}

		private void end() {
			if (this.scope != null) {
				this.scope.close();
			}
			this.observation.stop();
		}

	}

}
