package io.github.llamaspring.boot.guard;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.llamaspring.boot.resilience.EngineGate;
import io.github.llamaspring.boot.resilience.GateRequest;
import io.github.llamaspring.boot.resilience.Ticket;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Redaction;

/**
 * The engine with the guard behind it: only released text comes out, and a block stops
 * the engine within a token. Thread-safe.
 */
public final class GuardedEngine {

	private final EngineGate gate;

	private final Moderation moderation;

	public GuardedEngine(EngineGate gate, Moderation moderation) {
		this.gate = gate;
		this.moderation = moderation;
	}

	public Moderation moderation() {
		return this.moderation;
	}

	/**
	 * Takes a request in.
	 * @param context what the guard shall know of the text that is written
	 * @throws io.github.llamaspring.boot.engine.EngineUnavailableException where the
	 * engine cannot take it
	 */
	public Ticket start(GateRequest request, GuardContext context, GuardedListener listener) {
		return this.gate.submit(request, new ModeratingListener(this.moderation.stream(context), listener));
	}

	/**
	 * Generates and waits for the end. Interrupting the waiting thread stops the engine.
	 * @param released receives each released piece on the engine's thread
	 * @throws io.github.llamaspring.boot.engine.EngineUnavailableException where the
	 * engine cannot take it
	 */
	public GuardedResult run(GateRequest request, GuardContext context, Consumer<String> released) {
		CompletableFuture<GuardedResult> end = new CompletableFuture<>();
		Ticket ticket = start(request, context, new GuardedListener() {

			@Override
			public void onReleased(String text, List<Redaction> redactions) {
				released.accept(text);
			}

			@Override
			public void onFinished(GuardedResult result) {
				end.complete(result);
			}

			@Override
			public void onFailed(Throwable failure) {
				end.completeExceptionally(failure);
			}
		});
		return ticket.await(end);
	}

}
