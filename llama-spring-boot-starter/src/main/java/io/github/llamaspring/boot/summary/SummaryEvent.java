package io.github.llamaspring.boot.summary;

import java.time.Duration;

/**
 * What happens while a summary is written, in this order: {@link Planned},
 * {@link Progress} and {@link Partial} where there are several parts, {@link Delta}s of
 * the summary, {@link Completed}.
 */
public sealed interface SummaryEvent {

	/**
	 * The document was cut into parts.
	 *
	 * @param chunks how many
	 * @param tokens of the whole document
	 */
	record Planned(int chunks, int tokens) implements SummaryEvent {
	}

	/**
	 * A step is done.
	 *
	 * @param stage 1 reads the document, later ones read summaries of parts
	 * @param done parts of this stage that are done
	 * @param total parts of this stage
	 * @param eta about how long the rest of the stage takes
	 */
	record Progress(int stage, int done, int total, Duration eta) implements SummaryEvent {
	}

	/**
	 * The summary of a part of the document.
	 *
	 * @param index of the part, from 0
	 * @param text moderated
	 */
	record Partial(int index, String text) implements SummaryEvent {
	}

	/**
	 * Released text of the summary.
	 *
	 * @param text the next piece
	 */
	record Delta(String text) implements SummaryEvent {
	}

	/**
	 * The end.
	 *
	 * @param summary the whole
	 */
	record Completed(Summary summary) implements SummaryEvent {
	}

}
