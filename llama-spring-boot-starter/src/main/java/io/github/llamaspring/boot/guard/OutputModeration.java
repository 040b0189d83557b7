package io.github.llamaspring.boot.guard;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.GuardStream;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;

/**
 * Moderates what any chat model answers, whole or as it is written.
 */
final class OutputModeration {

	private final Moderation moderation;

	private final GuardContext context;

	/**
	 * @param language ISO 639-1 code for messages; null lets the guard decide
	 */
	OutputModeration(Moderation moderation, @Nullable String language) {
		this(moderation, GuardContext.of(Stage.OUTPUT).withLanguage(language));
	}

	private OutputModeration(Moderation moderation, GuardContext context) {
		this.moderation = moderation;
		this.context = context;
	}

	/**
	 * The same for the answer to a prompt: its instructions must not be told.
	 * @param conversation whose placeholders stand for personal data; null for none
	 */
	OutputModeration to(Prompt prompt, @Nullable String conversation) {
		UserMessage question = prompt.getUserMessage();
		return new OutputModeration(this.moderation,
				this.context.withInstructions(instructions(prompt))
					.withQuestion(question.getText())
					.withConversation(conversation));
	}

	/** What the system messages say; null where there is none. */
	static @Nullable String instructions(Prompt prompt) {
		List<String> instructions = new ArrayList<>();
		for (Message message : prompt.getInstructions()) {
			if (message instanceof SystemMessage system && system.getText() != null) {
				instructions.add(system.getText());
			}
		}
		return instructions.isEmpty() ? null : String.join("\n", instructions);
	}

	ChatResponse whole(ChatResponse response) {
		List<Generation> moderated = new ArrayList<>();
		for (Generation generation : response.getResults()) {
			Verdict verdict = this.moderation.check(GuardResponses.text(generation), this.context);
			ChatResponse next = verdict.action().withholds()
					? GuardResponses.blocked(verdict, "", response.getMetadata())
					: GuardResponses.moderated(response, generation, verdict.text(), verdict);
			moderated.addAll(next.getResults());
		}
		return new ChatResponse(moderated, response.getMetadata());
	}

	/**
	 * A block replaces the rest and cancels the source, which stops the engine.
	 */
	Flux<ChatResponse> stream(Flux<ChatResponse> source) {
		return Flux.defer(() -> {
			State state = new State(this.context);
			return source.<ChatResponse>handle((response, sink) -> {
				ChatResponse next = state.next(response);
				sink.next(next);
				if (state.isBlocked()) {
					sink.complete();
				}
			}).concatWith(Flux.defer(() -> Flux.fromIterable(state.rest()))).doFinally((signal) -> state.abandon());
		});
	}

	/**
	 * One stream of text. It may be cancelled by another thread while a piece is checked.
	 */
	private final class State {

		private final GuardContext context;

		private GuardStream stream;

		private boolean any;

		private boolean finished;

		private boolean blocked;

		State(GuardContext context) {
			this.context = context;
			this.stream = OutputModeration.this.moderation.stream(context);
		}

		synchronized boolean isBlocked() {
			return this.blocked;
		}

		synchronized ChatResponse next(ChatResponse response) {
			Generation generation = response.getResult();
			if (generation == null) {
				return response;
			}
			String text = GuardResponses.text(generation);
			if (this.finished && !text.isEmpty()) {
				// text after a finish reason: a new answer, for example after a tool call
				this.stream = OutputModeration.this.moderation.stream(this.context);
				this.finished = false;
			}
			StringBuilder released = new StringBuilder();
			if (!this.finished && !text.isEmpty()) {
				take(this.stream.feed(text), released);
			}
			String reason = generation.getMetadata().getFinishReason();
			if (!this.blocked && !this.finished && reason != null && !reason.isEmpty()) {
				this.finished = true;
				take(this.stream.finish(), released);
			}
			return this.blocked ? block(released.toString(), response)
					: GuardResponses.moderated(response, generation, released.toString(), this.stream.verdict());
		}

		/** Whoever read the answer has gone, or the model failed. */
		synchronized void abandon() {
			this.stream.abandon();
		}

		private void take(GuardStream.Released piece, StringBuilder released) {
			this.blocked |= piece.blocked();
			released.append(piece.text());
			this.any |= !piece.text().isEmpty();
		}

		private ChatResponse block(String released, ChatResponse response) {
			return GuardResponses.blocked(this.stream.verdict(), released + (this.any ? "\n\n" : ""),
					response.getMetadata());
		}

		/**
		 * What is left where the model gave no finish reason.
		 */
		synchronized List<ChatResponse> rest() {
			if (this.finished || this.blocked) {
				return List.of();
			}
			StringBuilder released = new StringBuilder();
			take(this.stream.finish(), released);
			ChatResponse empty = new ChatResponse(List.of(new Generation(new AssistantMessage(""))));
			if (this.blocked) {
				return List.of(block(released.toString(), empty));
			}
			return released.isEmpty() ? List.of() : List.of(GuardResponses.moderated(empty,
					empty.getResults().getFirst(), released.toString(), this.stream.verdict()));
		}

	}

}
