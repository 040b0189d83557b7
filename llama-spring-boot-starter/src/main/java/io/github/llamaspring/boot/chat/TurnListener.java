package io.github.llamaspring.boot.chat;

import java.util.List;
import java.util.function.Consumer;

import io.github.llamaspring.boot.guard.AnswerRestorer;
import io.github.llamaspring.boot.guard.GuardedListener;
import io.github.llamaspring.boot.guard.GuardedResult;
import io.github.llamaspring.guard.Redaction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * Turns what the engine reports into the events of a turn. The memory hears of the end
 * first, so that whoever sees the last event finds the turn remembered.
 */
final class TurnListener implements GuardedListener {

	private final FluxSink<ChatEvent> sink;

	private final ChatEvent.Started started;

	private final AnswerRestorer restorer;

	private final StringBuilder shown = new StringBuilder();

	private final Consumer<@Nullable GuardedResult> end;

	/**
	 * @param end hears of the answer with the placeholders that the model wrote
	 */
	TurnListener(FluxSink<ChatEvent> sink, ChatEvent.Started started, AnswerRestorer restorer,
			Consumer<@Nullable GuardedResult> end) {
		this.sink = sink;
		this.started = started;
		this.restorer = restorer;
		this.end = end;
	}

	@Override
	public void onQueued(int position) {
		this.sink.next(new ChatEvent.Queued(position));
	}

	@Override
	public void onStarted() {
		this.sink.next(this.started);
	}

	@Override
	public void onReleased(String text, List<Redaction> redactions) {
		AnswerRestorer.Restored restored = this.restorer.feed(text, redactions);
		show(restored.text(), restored.redactions());
	}

	private void show(String text, List<Redaction> redactions) {
		if (!text.isEmpty()) {
			this.shown.append(text);
			this.sink.next(new ChatEvent.Delta(text, redactions));
		}
	}

	@Override
	public void onHeld(int characters) {
		this.sink.next(new ChatEvent.Held(characters));
	}

	@Override
	public void onFinished(GuardedResult result) {
		this.end.accept(result);
		show(this.restorer.finish(), List.of());
		this.sink.next(result.blocked() ? new ChatEvent.Blocked(result.verdict(), false) : new ChatEvent.Completed(
				this.shown.toString(), result.finishReason(), result.usage(), result.timings(), result.verdict()));
		this.sink.complete();
	}

	@Override
	public void onFailed(Throwable failure) {
		this.end.accept(null);
		this.sink.error(failure);
	}

}
