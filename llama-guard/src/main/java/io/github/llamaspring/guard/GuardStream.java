package io.github.llamaspring.guard;

import java.util.List;

/**
 * Checks a text while it is written. Text is held back only as long as it may still turn
 * out to be part of something to redact or block, at most 256 characters and, by the
 * policy's {@code stream.maxHoldMs}, at most 250 milliseconds or as long as 32 pieces
 * take at the writer's pace, whichever is longer. When that time is over, what has the
 * form of personal data or a secret is redacted if the policy fails closed, the rest
 * released, and the verdict says {@link Status#TIMEOUT}. While no time runs out, what is
 * released and the verdict do not depend on how the text was cut. Used by one thread at a
 * time.
 */
public interface GuardStream {

	/**
	 * Takes the next piece.
	 * @return what may be shown now
	 */
	Released feed(String text);

	/**
	 * Looks whether text has been held for too long. {@link #feed} does so too; who has a
	 * timer calls this while no text comes. A pause nobody looked at counts only as half
	 * the limit when the next piece ends it.
	 * @return what may be shown now
	 */
	Released poll();

	/**
	 * Takes the end of the text.
	 * @return the rest that may be shown
	 */
	Released finish();

	/**
	 * The verdict so far; after {@link #finish()} or a block the final one. Its text is
	 * all that was released.
	 */
	Verdict verdict();

	/**
	 * Says that nobody writes on and the text is not finished: what is held back stays
	 * unsaid. Where there was any text, the verdict so far is reported as the final one.
	 * Does nothing after {@link #finish()} or a block.
	 */
	default void abandon() {
	}

	/**
	 * Characters held back now.
	 */
	int held();

	/**
	 * A released piece.
	 *
	 * @param text what may be shown, possibly empty
	 * @param redactions replaced parts, by their place in {@code text}
	 * @param blocked whether the stream ended here: nothing more will be released and
	 * whoever writes should stop
	 */
	record Released(String text, List<Redaction> redactions, boolean blocked) {

		public Released {
			redactions = List.copyOf(redactions);
		}

	}

}
