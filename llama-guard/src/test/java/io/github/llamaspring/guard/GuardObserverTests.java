package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class GuardObserverTests {

	private static final GuardContext INPUT = GuardContext.of(Stage.INPUT);

	private final List<String> heard = new ArrayList<>();

	private final Guard guard = Guard.builder().observer((stage, streamed, policy) -> {
		this.heard.add("start " + stage + " " + streamed + " " + policy.id());
		return new GuardObserver.Watch() {
			@Override
			public void stop(Verdict verdict) {
				GuardObserverTests.this.heard.add("stop " + verdict.action());
			}

			@Override
			public void failed(Throwable failure) {
				GuardObserverTests.this.heard.add("failed " + failure.getClass().getSimpleName());
			}
		};
	}).build();

	@Test
	void hearsOfEveryCheck() {
		this.guard.check("Where is my order?", INPUT);
		assertThat(this.heard).containsExactly("start INPUT false llama2-aup", "stop ALLOW");
	}

	@Test
	void hearsOfACheckThatHasNoVerdict() {
		assertThatNullPointerException().isThrownBy(() -> this.guard.check(null, INPUT));
		assertThat(this.heard).containsExactly("start INPUT false llama2-aup", "failed NullPointerException");
	}

	@Test
	void hearsOfAStreamOnce() {
		GuardStream stream = this.guard.stream(GuardContext.of(Stage.OUTPUT));
		stream.feed("Hello there, ");
		assertThat(this.heard).containsExactly("start OUTPUT true llama2-aup");
		stream.finish();
		stream.finish();
		stream.abandon();
		assertThat(this.heard).containsExactly("start OUTPUT true llama2-aup", "stop ALLOW");
	}

	@Test
	void anObserverThatFailsChangesNothing() {
		Guard failing = Guard.builder().observer((stage, streamed, policy) -> {
			throw new IllegalStateException("no");
		}).build();
		assertThat(failing.check("Mail max@example.com", INPUT).action()).isEqualTo(Action.REDACT);
		failing.stream(INPUT).finish();
		Guard late = Guard.builder().observer((stage, streamed, policy) -> new GuardObserver.Watch() {
			@Override
			public void stop(Verdict verdict) {
				throw new IllegalStateException("no");
			}

			@Override
			public void failed(Throwable failure) {
				throw new IllegalStateException("no");
			}
		}).build();
		assertThat(late.check("Mail max@example.com", INPUT).action()).isEqualTo(Action.REDACT);
		assertThatNullPointerException().isThrownBy(() -> late.check(null, INPUT));
	}

}
