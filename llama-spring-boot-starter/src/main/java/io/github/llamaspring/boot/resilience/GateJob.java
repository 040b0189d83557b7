package io.github.llamaspring.boot.resilience;

import java.time.Duration;
import java.util.function.Consumer;

import io.github.llamaspring.core.Cancellation;
import io.github.llamaspring.core.FinishReason;
import io.github.llamaspring.core.GenerationResult;
import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.LlamaSession;
import io.github.llamaspring.core.TokenListener;
import io.github.llamaspring.core.error.CacheMemoryException;
import io.github.llamaspring.core.error.ChatTemplateException;
import io.github.llamaspring.core.error.ContextLengthExceededException;

/**
 * One request on its way through the gate.
 */
final class GateJob {

	/** Until a conversation that computes now may be done. */
	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final GateRequest request;

	private final GateListener listener;

	private final LlamaModel model;

	private final Cancellation cancellation = new Cancellation();

	private final long submitted = System.nanoTime();

	private volatile boolean timedOut;

	private boolean started;

	private int position = Integer.MAX_VALUE;

	GateJob(GateRequest request, GateListener listener, LlamaModel model) {
		this.request = request;
		this.listener = listener;
		this.model = model;
	}

	GateRequest request() {
		return this.request;
	}

	GateListener listener() {
		return this.listener;
	}

	LlamaModel model() {
		return this.model;
	}

	Cancellation cancellation() {
		return this.cancellation;
	}

	/**
	 * Tells a new place in the queue; late news of an older place is dropped.
	 */
	synchronized void queued(int place) {
		if (!this.started && place < this.position) {
			this.position = place;
			this.listener.onQueued(place);
		}
	}

	synchronized void started() {
		this.started = true;
		this.listener.onStarted();
	}

	void timeOut() {
		this.timedOut = true;
		this.cancellation.cancel();
	}

	boolean wasStopped() {
		return this.cancellation.isCancelled();
	}

	Outcome generate(LlamaSession session, DeadlineWatch watch, Consumer<Duration> firstToken) {
		TokenListener tokens = new TokenListener() {

			private boolean first = true;

			@Override
			public void onToken(int id, String text) {
				watch.token();
				if (this.first) {
					this.first = false;
					firstToken.accept(Duration.ofNanos(System.nanoTime() - GateJob.this.submitted));
				}
				pass(text);
			}

			@Override
			public void onEnd(String text) {
				pass(text);
			}
		};
		GenerationResult result = session.generate(this.request.generation(), tokens, this.cancellation);
		boolean timeout = this.timedOut && result.finishReason() == FinishReason.CANCELLED;
		return new Outcome(timeout ? Outcome.TIMEOUT : result.finishReason().wireName(), result.usage(),
				result.timings());
	}

	private void pass(String text) {
		if (text.isEmpty() || wasStopped()) {
			return;
		}
		try {
			if (!this.listener.onText(text)) {
				this.cancellation.cancel();
			}
		}
		catch (RuntimeException ex) {
			throw new ListenerFailure(ex);
		}
	}

	/**
	 * Whether a failure says that the engine is broken, rather than the request or the
	 * listener.
	 */
	static boolean isFault(Throwable failure) {
		return !(failure instanceof IllegalArgumentException || failure instanceof ContextLengthExceededException
				|| failure instanceof ChatTemplateException || failure instanceof CacheMemoryException
				|| failure instanceof ListenerFailure);
	}

	/**
	 * What the caller is told. No memory left for one more conversation is being busy.
	 */
	static Throwable unwrap(Throwable failure) {
		return switch (failure) {
			case ListenerFailure wrapped -> wrapped.original;
			case CacheMemoryException full ->
				new EngineBusyException(String.valueOf(full.getMessage()), RETRY_AFTER).initCause(full);
			default -> failure;
		};
	}

	/**
	 * Keeps a listener's failure apart from the engine's.
	 */
	private static final class ListenerFailure extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final RuntimeException original;

		ListenerFailure(RuntimeException original) {
			super(original);
			this.original = original;
		}

	}

}
