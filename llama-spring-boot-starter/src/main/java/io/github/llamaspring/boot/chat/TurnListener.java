package io.github.llamaspring.boot.chat;

import java.util.List;
import java.util.function.Consumer;

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

	private final Consumer<@Nullable GuardedResult> end;

	TurnListener(FluxSink<ChatEvent> sink, ChatEvent.Started started, Consumer<@Nullable GuardedResult> end) {
		this.sink = sink;
		this.started = started;
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
		this.sink.next(new ChatEvent.Delta(text, redactions));
	}

	@Override
	public void onHeld(int characters) {
		this.sink.next(new ChatEvent.Held(characters));
	}

	@Override
	public void onFinished(GuardedResult result) {
		this.end.accept(result);
		this.sink.next(result.blocked() ? new ChatEvent.Blocked(result.verdict(), false) : new ChatEvent.Completed(
				result.text(), result.finishReason(), result.usage(), result.timings(), result.verdict()));
		this.sink.complete();
	}

	@Override
	public void onFailed(Throwable failure) {
		this.end.accept(null);
		this.sink.error(failure);
	}

}
