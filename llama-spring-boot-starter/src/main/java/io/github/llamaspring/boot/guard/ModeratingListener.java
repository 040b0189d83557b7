package io.github.llamaspring.boot.guard;

import io.github.llamaspring.boot.resilience.GateListener;
import io.github.llamaspring.boot.resilience.Outcome;
import io.github.llamaspring.guard.GuardStream;

/**
 * Puts a guard stream between the engine and a listener.
 */
final class ModeratingListener implements GateListener {

	private final GuardStream stream;

	private final GuardedListener listener;

	private final StringBuilder released = new StringBuilder();

	private boolean blocked;

	private int lastHeld;

	ModeratingListener(GuardStream stream, GuardedListener listener) {
		this.stream = stream;
		this.listener = listener;
	}

	@Override
	public void onQueued(int position) {
		this.listener.onQueued(position);
	}

	@Override
	public void onStarted() {
		this.listener.onStarted();
	}

	@Override
	public boolean onText(String text) {
		release(this.stream.feed(text));
		int held = this.stream.held();
		if (held != this.lastHeld && !this.blocked) {
			this.lastHeld = held;
			this.listener.onHeld(held);
		}
		return !this.blocked;
	}

	private void release(GuardStream.Released piece) {
		this.blocked |= piece.blocked();
		if (!piece.text().isEmpty()) {
			this.released.append(piece.text());
			this.listener.onReleased(piece.text(), piece.redactions());
		}
	}

	@Override
	public void onCompleted(Outcome outcome) {
		// what a cancelled answer still held back was never heard: it stays unsaid
		if (!this.blocked && !outcome.finishReason().equals(Outcome.CANCELLED)) {
			try {
				release(this.stream.finish());
			}
			catch (RuntimeException ex) {
				onFailed(ex);
				return;
			}
		}
		this.stream.abandon();
		String reason = this.blocked ? GuardedResult.CONTENT_FILTER : outcome.finishReason();
		this.listener.onFinished(new GuardedResult(this.released.toString(), reason, outcome.usage(), outcome.timings(),
				this.stream.verdict()));
	}

	@Override
	public void onFailed(Throwable failure) {
		this.stream.abandon();
		this.listener.onFailed(failure);
	}

}
