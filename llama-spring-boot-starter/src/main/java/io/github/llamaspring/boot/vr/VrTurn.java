package io.github.llamaspring.boot.vr;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

import io.github.llamaspring.boot.guard.GuardedListener;
import io.github.llamaspring.boot.guard.GuardedResult;
import io.github.llamaspring.boot.guard.TurnMemory;
import io.github.llamaspring.boot.resilience.Ticket;
import io.github.llamaspring.guard.Redaction;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * One utterance and its answer. Ends once, whoever ends it first: the engine, a barge-in
 * or the subscriber; what comes later is dropped.
 */
final class VrTurn implements GuardedListener {

	static final String INTERRUPTED = "interrupted";

	private final long number;

	private final String utterance;

	private final FluxSink<VrEvent> sink;

	private final ReentrantLock lock;

	private final BiConsumer<VrTurn, String> onEnd;

	private final SentenceCutter cutter = new SentenceCutter();

	private int sentences;

	private boolean ended;

	private boolean refused;

	private @Nullable Ticket ticket;

	/**
	 * @param lock the session's
	 * @param onEnd called once with the reason, under the lock
	 */
	VrTurn(long number, String utterance, FluxSink<VrEvent> sink, ReentrantLock lock,
			BiConsumer<VrTurn, String> onEnd) {
		this.number = number;
		this.utterance = utterance;
		this.sink = sink;
		this.lock = lock;
		this.onEnd = onEnd;
	}

	String utterance() {
		return this.utterance;
	}

	/**
	 * The sentences that went out.
	 */
	String spoken() {
		return this.cutter.spoken();
	}

	/**
	 * Whether the answer was withheld, or refuses.
	 */
	boolean refused() {
		return this.refused;
	}

	void start() {
		this.sink.next(new VrEvent.TurnStarted(this.number));
	}

	void accepted(Ticket accepted) {
		boolean late;
		this.lock.lock();
		try {
			this.ticket = accepted;
			late = this.ended;
		}
		finally {
			this.lock.unlock();
		}
		if (late) {
			accepted.cancel();
		}
	}

	@Override
	public void onReleased(String text, List<Redaction> redactions) {
		this.lock.lock();
		try {
			if (!this.ended) {
				speak(this.cutter.add(text));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void speak(List<SentenceCutter.Cut> cuts) {
		for (SentenceCutter.Cut cut : cuts) {
			this.sink.next(new VrEvent.Sentence(this.number, this.sentences++, cut.text(), cut.from(), cut.to()));
		}
	}

	@Override
	public void onFinished(GuardedResult result) {
		this.lock.lock();
		try {
			if (this.ended) {
				return;
			}
			this.refused = result.blocked() || TurnMemory.isRefusal(result.verdict());
			if (result.blocked()) {
				block(result.verdict(), false);
				return;
			}
			speak(this.cutter.finish());
			end(result.finishReason());
		}
		finally {
			this.lock.unlock();
		}
	}

	void block(Verdict verdict, boolean input) {
		this.sink.next(new VrEvent.Blocked(this.number, verdict, input));
		end(GuardedResult.CONTENT_FILTER);
	}

	@Override
	public void onFailed(Throwable failure) {
		this.lock.lock();
		try {
			if (!this.ended) {
				this.ended = true;
				this.onEnd.accept(this, "error");
				this.sink.error(failure);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends the turn and stops the engine.
	 * @return false if it had ended
	 */
	boolean end(String reason) {
		Ticket running;
		this.lock.lock();
		try {
			if (this.ended) {
				return false;
			}
			this.ended = true;
			this.onEnd.accept(this, reason);
			this.sink.next(new VrEvent.TurnEnded(this.number, reason, spoken()));
			this.sink.complete();
			running = this.ticket;
		}
		finally {
			this.lock.unlock();
		}
		if (running != null) {
			running.cancel();
		}
		return true;
	}

}
