package io.github.llamaspring.boot.vr;

import io.github.llamaspring.guard.Verdict;

/**
 * What a character does, in this order: {@link TurnStarted}, {@link Sentence}s, perhaps
 * {@link Blocked}, and at the end one {@link TurnEnded}.
 */
public sealed interface VrEvent {

	/**
	 * Number of the turn in its session, from 1.
	 */
	long turn();

	/**
	 * The character begins to think.
	 */
	record TurnStarted(long turn) implements VrEvent {
	}

	/**
	 * A sentence to speak, already moderated.
	 *
	 * @param turn the turn
	 * @param index of the sentence, from 0
	 * @param text the sentence
	 * @param from where it stands in all that was said in this turn, in UTF-16 units
	 * @param to unit after the last
	 */
	record Sentence(long turn, int index, String text, int from, int to) implements VrEvent {
	}

	/**
	 * The guard withheld the utterance or the rest of the answer.
	 *
	 * @param turn the turn
	 * @param verdict what the guard says; its message is for the player
	 * @param input whether it was the utterance
	 */
	record Blocked(long turn, Verdict verdict, boolean input) implements VrEvent {
	}

	/**
	 * The character is silent.
	 *
	 * @param turn the turn
	 * @param reason {@code interrupted}, {@code content_filter}, or the engine's such as
	 * {@code stop}
	 * @param text all that was said, as memory keeps it
	 */
	record TurnEnded(long turn, String reason, String text) implements VrEvent {
	}

}
