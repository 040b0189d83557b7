package io.github.llamaspring.guard;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Tells an observer of checks; whatever it does, the verdict stands.
 */
final class Observing {

	private static final GuardObserver.Watch NONE = new GuardObserver.Watch() {

		@Override
		public void stop(Verdict verdict) {
		}

		@Override
		public void failed(Throwable failure) {
		}
	};

	private final @Nullable GuardObserver observer;

	private final PolicyInfo policy;

	Observing(@Nullable GuardObserver observer, PolicyInfo policy) {
		this.observer = observer;
		this.policy = policy;
	}

	boolean isOn() {
		return this.observer != null;
	}

	Verdict check(Stage stage, Supplier<Verdict> check) {
		if (this.observer == null) {
			return check.get();
		}
		GuardObserver.Watch watch = start(stage, false);
		try {
			Verdict verdict = check.get();
			watch.stop(verdict);
			return verdict;
		}
		catch (RuntimeException | Error ex) {
			watch.failed(ex);
			throw ex;
		}
	}

	/**
	 * A watch that throws nothing.
	 */
	GuardObserver.Watch start(Stage stage, boolean streamed) {
		GuardObserver told = this.observer;
		if (told == null) {
			return NONE;
		}
		try {
			return new Careful(told.start(stage, streamed, this.policy));
		}
		catch (RuntimeException ex) {
			failed(ex);
			return NONE;
		}
	}

	private static void failed(RuntimeException ex) {
		System.getLogger(Observing.class.getName())
			.log(System.Logger.Level.DEBUG, "an observer of the guard failed", ex);
	}

	private record Careful(GuardObserver.Watch watch) implements GuardObserver.Watch {

		@Override
		public void stop(Verdict verdict) {
			try {
				this.watch.stop(verdict);
			}
			catch (RuntimeException ex) {
				Observing.failed(ex);
			}
		}

		@Override
		public void failed(Throwable failure) {
			try {
				this.watch.failed(failure);
			}
			catch (RuntimeException ex) {
				Observing.failed(ex);
			}
		}

	}

}
