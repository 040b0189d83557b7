package io.github.llamaspring.boot.vr;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.llamaspring.boot.engine.ContextWindow;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.boot.guard.GuardedResult;
import io.github.llamaspring.boot.guard.TurnMemory;
import io.github.llamaspring.boot.resilience.GateRequest;
import io.github.llamaspring.core.GenerationRequest;
import io.github.llamaspring.core.chat.ChatMessage;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Turn;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * All that changes, changes under one lock, and events leave under it: so what memory
 * keeps of an interrupted turn is exactly the sentences that went out.
 */
final class DefaultVrSession implements VrSession {

	private final String id;

	private final VrSessionSpec spec;

	private final LlamaEngine engine;

	private final GuardedEngine guarded;

	private final VrSettings settings;

	private final Consumer<String> onClose;

	private final ReentrantLock lock = new ReentrantLock();

	private final List<ContextWindow.Exchange> exchanges = new ArrayList<>();

	private final TurnMemory turnMemory = new TurnMemory();

	private @Nullable VrTurn current;

	private long turns;

	private boolean closed;

	private volatile long lastUse = System.nanoTime();

	DefaultVrSession(String id, VrSessionSpec spec, LlamaEngine engine, GuardedEngine guarded, VrSettings settings,
			Consumer<String> onClose) {
		this.id = id;
		this.spec = spec;
		this.engine = engine;
		this.guarded = guarded;
		this.settings = settings;
		this.onClose = onClose;
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public VrCharacter character() {
		return this.spec.character();
	}

	long lastUse() {
		return this.lastUse;
	}

	@Override
	public Flux<VrEvent> say(PlayerUtterance utterance) {
		return Flux.create((sink) -> begin(utterance, sink));
	}

	private void begin(PlayerUtterance utterance, FluxSink<VrEvent> sink) {
		this.lastUse = System.nanoTime();
		Verdict input = this.guarded.moderation()
			.check(utterance.text(), context(Stage.INPUT).withHistory(this.turnMemory.turns()));
		boolean withheld = input.action().withholds();
		this.turnMemory.add(new Turn(withheld ? utterance.text() : input.text(), "", withheld));
		VrTurn turn;
		this.lock.lock();
		try {
			if (this.closed) {
				throw new IllegalStateException("The session is closed");
			}
			endCurrent(VrTurn.INTERRUPTED);
			turn = new VrTurn(++this.turns, input.text(), sink, this.lock, this::remember);
			this.current = turn;
			turn.start();
			if (withheld) {
				turn.block(input, true);
				return;
			}
		}
		finally {
			this.lock.unlock();
		}
		sink.onDispose(() -> turn.end(VrTurn.INTERRUPTED));
		try {
			turn.accepted(
					this.guarded.start(new GateRequest(request(turn), this.id, null), context(Stage.OUTPUT), turn));
		}
		catch (RuntimeException ex) {
			turn.onFailed(ex);
		}
	}

	private GenerationRequest request(VrTurn turn) {
		List<ContextWindow.Exchange> memory;
		this.lock.lock();
		try {
			memory = List.copyOf(this.exchanges);
		}
		finally {
			this.lock.unlock();
		}
		ContextWindow.Fitted fitted = new ContextWindow(this.engine.model(), this.settings.maxTokens())
			.fit(instructions(), memory, turn.utterance());
		forget(memory.subList(0, fitted.dropped()));
		return GenerationRequest.ofChat(fitted.messages())
			.withMaxTokens(this.settings.maxTokens())
			.withSampling(this.settings.sampling());
	}

	private void forget(List<ContextWindow.Exchange> dropped) {
		this.lock.lock();
		try {
			// by position: an equal exchange may stand further down
			for (int i = 0; i < dropped.size() && !this.exchanges.isEmpty(); i++) {
				this.exchanges.removeFirst();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private String instructions() {
		VrCharacter character = this.spec.character();
		String scene = (this.spec.scene() != null) ? " Scene: " + this.spec.scene() : "";
		return "You are " + character.name() + ". " + character.persona() + scene
				+ " Stay in character. Speak to the player in a few short sentences, without stage directions.";
	}

	private GuardContext context(Stage stage) {
		// a character speaks no placeholders: without a conversation the guard redacts
		boolean spoken = this.guarded.moderation().pseudonymizes();
		return GuardContext.of(stage).withLanguage(this.spec.language()).withConversation(spoken ? null : this.id);
	}

	/**
	 * Called by a turn that ends, under the lock.
	 */
	private void remember(VrTurn turn, String reason) {
		if (this.current == turn) {
			this.current = null;
		}
		if (turn.refused()) {
			this.turnMemory.refuse(turn.utterance());
		}
		if (!turn.spoken().isBlank() && !reason.equals(GuardedResult.CONTENT_FILTER) && !this.closed) {
			this.exchanges.add(ContextWindow.Exchange.of(turn.utterance(), turn.spoken()));
		}
	}

	@Override
	public boolean interrupt() {
		this.lastUse = System.nanoTime();
		this.lock.lock();
		try {
			return endCurrent(VrTurn.INTERRUPTED);
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean endCurrent(String reason) {
		VrTurn turn = this.current;
		return turn != null && turn.end(reason);
	}

	@Override
	public List<ChatMessage> history() {
		this.lock.lock();
		try {
			List<ChatMessage> messages = new ArrayList<>();
			for (ContextWindow.Exchange exchange : this.exchanges) {
				messages.add(exchange.question());
				messages.add(exchange.answer());
			}
			return List.copyOf(messages);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			endCurrent(VrTurn.INTERRUPTED);
			this.closed = true;
			this.exchanges.clear();
			this.turnMemory.clear();
		}
		finally {
			this.lock.unlock();
		}
		this.onClose.accept(this.id);
	}

}
