package io.github.llamaspring.boot.chat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.github.llamaspring.boot.chat.ConversationState.Snapshot;
import io.github.llamaspring.boot.engine.ContextWindow;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.boot.guard.GuardedResult;
import io.github.llamaspring.boot.resilience.GateRequest;
import io.github.llamaspring.core.GenerationRequest;
import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.chat.ChatMessage;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Turn;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * A turn: check the question, withhold bad context, fit the conversation, queue at the
 * engine, remember what was released.
 */
final class DefaultChatFacade implements ChatFacade {

	private static final int LONGEST_ID = 128;

	private static final SecureRandom random = new SecureRandom();

	private final LlamaEngine engine;

	private final GuardedEngine guarded;

	private final ChatSettings settings;

	private final ConversationStore conversations;

	DefaultChatFacade(LlamaEngine engine, GuardedEngine guarded, ChatSettings settings) {
		this.engine = engine;
		this.guarded = guarded;
		this.settings = settings;
		this.conversations = new ConversationStore(settings.maxConversations(), settings.expiry(),
				InstantSource.system());
	}

	@Override
	public ChatReply chat(ChatTurn turn) {
		CompletableFuture<ChatReply> reply = events(turn, this.settings.callWait())
			.reduce(new ReplyBuilder(), ReplyBuilder::add)
			.map(ReplyBuilder::build)
			.toFuture();
		try {
			return reply.get();
		}
		catch (InterruptedException ex) {
			reply.cancel(true);
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the answer was written", ex);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			throw new IllegalStateException(ex.getCause());
		}
	}

	@Override
	public Flux<ChatEvent> stream(ChatTurn turn) {
		return events(turn, null);
	}

	@Override
	public Flux<String> streamText(ChatTurn turn) {
		return Flux.defer(() -> {
			boolean[] any = new boolean[1];
			return stream(turn).handle((event, sink) -> {
				if (event instanceof ChatEvent.Delta delta) {
					any[0] = true;
					sink.next(delta.text());
				}
				else if (event instanceof ChatEvent.Blocked blocked && blocked.verdict().message() != null) {
					sink.next((any[0] ? "\n\n" : "") + blocked.verdict().message());
				}
			});
		});
	}

	private Flux<ChatEvent> events(ChatTurn turn, @Nullable Duration maxWait) {
		requireId(turn.conversationId());
		if (turn.text().isBlank()) {
			throw new IllegalArgumentException("The text of a turn must not be blank");
		}
		return Flux.create((sink) -> begin(turn, maxWait, sink));
	}

	private void begin(ChatTurn turn, @Nullable Duration maxWait, FluxSink<ChatEvent> sink) {
		LlamaModel model = this.engine.model();
		ConversationState state = this.conversations.findOrCreate(turn.conversationId());
		Verdict input = this.guarded.moderation()
			.check(turn.text(), context(turn, Stage.INPUT).withHistory(state.turns().turns()));
		if (input.action().withholds()) {
			state.turns().add(Turn.refused(turn.text()));
			sink.next(new ChatEvent.Blocked(input, true));
			sink.complete();
			return;
		}
		Snapshot snapshot = state.snapshot();
		String retrieved = retrieved(turn);
		String question = (retrieved != null) ? UntrustedContext.wrap(retrieved, input.text()) : input.text();
		String system = (turn.system() != null) ? turn.system() : this.settings.system();
		ContextWindow.Fitted fitted = new ContextWindow(model, this.settings.maxTokens()).fit(system,
				snapshot.exchanges(), question);
		int dropped = snapshot.forgotten() + fitted.dropped();
		state.forget(dropped, snapshot.epoch());

		RunningTurn running = new RunningTurn();
		state.begin(running);
		sink.onDispose(running::cancel);
		TurnListener listener = new TurnListener(sink, new ChatEvent.Started(input, input.text(), dropped),
				this.guarded.moderation().restorer(context(turn, Stage.OUTPUT)), (result) -> {
					state.end(running);
					state.heard(input.text(), result, snapshot.epoch());
					remember(state, snapshot, input.text(), result);
				});
		GenerationRequest request = GenerationRequest.ofChat(fitted.messages())
			.withMaxTokens(this.settings.maxTokens())
			.withSampling(this.settings.sampling())
			.withStop(stop(retrieved != null));
		GuardContext output = context(turn, Stage.OUTPUT).withInstructions(system)
			.withQuestion(input.text())
			.withSources((retrieved != null) ? List.of(retrieved) : List.of());
		try {
			running.accepted(
					this.guarded.start(new GateRequest(request, turn.conversationId(), maxWait), output, listener));
		}
		catch (RuntimeException ex) {
			state.end(running);
			throw ex;
		}
	}

	/**
	 * What may be shown to the model of the retrieved text, or null.
	 */
	private @Nullable String retrieved(ChatTurn turn) {
		String context = turn.context();
		if (context == null || context.isBlank()) {
			return null;
		}
		Verdict verdict = this.guarded.moderation().check(context, context(turn, Stage.CONTEXT));
		return verdict.action().withholds() ? null : verdict.text();
	}

	/**
	 * A small model may go on with the border of the retrieved text: the answer ends
	 * before.
	 */
	private List<String> stop(boolean withContext) {
		if (!withContext) {
			return this.settings.stop();
		}
		List<String> stop = new ArrayList<>(this.settings.stop());
		stop.add(UntrustedContext.BORDER);
		return stop;
	}

	/**
	 * Remembers the words of the person and those that were released to them; a blocked
	 * or failed turn leaves nothing behind.
	 */
	private static void remember(ConversationState state, Snapshot snapshot, String question,
			@Nullable GuardedResult result) {
		if (result != null && !result.blocked() && !result.text().isBlank()) {
			state.remember(ContextWindow.Exchange.of(question, result.text()), snapshot.epoch());
		}
	}

	private GuardContext context(ChatTurn turn, Stage stage) {
		String language = (turn.language() != null) ? turn.language() : this.settings.language();
		return GuardContext.of(stage).withLanguage(language).withConversation(turn.conversationId());
	}

	@Override
	public Conversation conversation(String id) {
		requireId(id);
		return new Handle(id);
	}

	@Override
	public Conversation newConversation() {
		byte[] bits = new byte[18];
		random.nextBytes(bits);
		return new Handle(Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
	}

	private static void requireId(String id) {
		Objects.requireNonNull(id, "conversationId");
		if (id.isBlank() || id.length() > LONGEST_ID) {
			throw new IllegalArgumentException(
					"A conversation id must have from 1 to " + LONGEST_ID + " characters, not " + id.length());
		}
	}

	private final class Handle implements Conversation {

		private final String id;

		Handle(String id) {
			this.id = id;
		}

		@Override
		public String id() {
			return this.id;
		}

		@Override
		public List<ChatMessage> history() {
			return DefaultChatFacade.this.conversations.find(this.id).map(ConversationState::history).orElse(List.of());
		}

		@Override
		public void clear() {
			DefaultChatFacade.this.conversations.find(this.id).ifPresent(ConversationState::clear);
			DefaultChatFacade.this.guarded.moderation().forget(this.id);
		}

		@Override
		public boolean cancel() {
			return DefaultChatFacade.this.conversations.find(this.id).map(ConversationState::cancel).orElse(false);
		}

	}

}
