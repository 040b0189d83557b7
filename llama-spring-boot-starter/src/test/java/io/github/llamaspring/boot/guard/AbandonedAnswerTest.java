package io.github.llamaspring.boot.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Redaction;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.audit.AsyncAuditSink;
import io.github.llamaspring.guard.audit.GuardEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Answers that nobody reads to their end are audited, too.
 */
class AbandonedAnswerTest {

	private final List<GuardEvent> events = Collections.synchronizedList(new ArrayList<>());

	private final AsyncAuditSink sink = new AsyncAuditSink(this.events::add, 100);

	private final Moderation moderation = Moderation.of(Guard.builder().audit(this.sink).build(), (stage, verdict) -> {
	});

	private final Flux<ChatResponse> hello = Flux.just("Hello there, ", "you can ")
		.map((text) -> new ChatResponse(List.of(new Generation(new AssistantMessage(text)))));

	@AfterEach
	void close() {
		this.sink.close();
	}

	private Flux<ChatResponse> moderated(Flux<ChatResponse> answer) {
		return new OutputModeration(this.moderation, "en").stream(answer);
	}

	private void assertOneEvent() {
		assertThat(this.sink.flush(Duration.ofSeconds(30))).isTrue();
		assertThat(this.events).singleElement()
			.satisfies((event) -> assertThat(event.length()).isEqualTo("Hello there, you can ".length()));
	}

	@Test
	void ofAReaderWhoLeft() {
		moderated(Flux.concat(this.hello, Flux.never())).subscribe().dispose();
		assertOneEvent();
	}

	@Test
	void ofAModelThatFailed() {
		assertThatIllegalStateException().isThrownBy(
				() -> moderated(Flux.concat(this.hello, Flux.error(new IllegalStateException("broken")))).blockLast());
		assertOneEvent();
	}

	@Test
	void ofOneThatEndedThereIsOneEventOnly() {
		moderated(this.hello).blockLast();
		assertOneEvent();
	}

	@Test
	void ofAnEngineThatFailed() {
		List<Throwable> failures = new ArrayList<>();
		ModeratingListener listener = new ModeratingListener(this.moderation.stream(GuardContext.of(Stage.OUTPUT)),
				new GuardedListener() {

					@Override
					public void onReleased(String text, List<Redaction> redactions) {
					}

					@Override
					public void onFinished(GuardedResult result) {
					}

					@Override
					public void onFailed(Throwable failure) {
						failures.add(failure);
					}
				});
		listener.onText("Hello there, ");
		listener.onText("you can ");
		listener.onFailed(new IllegalStateException("broken"));
		assertThat(failures).hasSize(1);
		assertOneEvent();
	}

}
