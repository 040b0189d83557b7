package io.github.llamaspring.boot.chat;

import java.util.List;

import io.github.llamaspring.core.Timings;
import io.github.llamaspring.core.Usage;
import io.github.llamaspring.guard.Redaction;
import io.github.llamaspring.guard.Verdict;

/**
 * What happens during a turn, in this order: perhaps {@link Queued}s, one
 * {@link Started}, {@link Delta}s and {@link Held}s, at the end one {@link Completed} or
 * {@link Blocked}. A blocked question has no {@code Started}.
 */
public sealed interface ChatEvent {

	/**
	 * The turn waits for the engine.
	 *
	 * @param position 1 is next
	 */
	record Queued(int position) implements ChatEvent {
	}

	/**
	 * The question was let through and the engine works on it.
	 *
	 * @param input what the guard says of the question
	 * @param promptText the question as the model got it
	 * @param droppedTurns oldest turns left out because the conversation is longer than
	 * the context
	 */
	record Started(Verdict input, String promptText, int droppedTurns) implements ChatEvent {
	}

	/**
	 * Released text of the answer.
	 *
	 * @param text the next piece
	 * @param redactions replaced parts by their place in {@code text}
	 */
	record Delta(String text, List<Redaction> redactions) implements ChatEvent {

		public Delta {
			redactions = List.copyOf(redactions);
		}

	}

	/**
	 * Text waits for moderation.
	 *
	 * @param characters how many
	 */
	record Held(int characters) implements ChatEvent {
	}

	/**
	 * The guard withheld the question or the rest of the answer.
	 *
	 * @param verdict what the guard says; its message is for the person
	 * @param input whether it was the question
	 */
	record Blocked(Verdict verdict, boolean input) implements ChatEvent {
	}

	/**
	 * The answer is complete.
	 *
	 * @param text the whole released answer, as the person sees it
	 * @param finishReason such as {@code stop}, {@code length}, {@code cancelled},
	 * {@code timeout}
	 * @param usage token counts
	 * @param timings times
	 * @param output what the guard says of the answer
	 */
	record Completed(String text, String finishReason, Usage usage, Timings timings,
			Verdict output) implements ChatEvent {
	}

}
