package io.github.llamaspring.guard.feedback;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.llamaspring.guard.digest.Sha256;

/**
 * Writes feedback as labelled texts, one JSON object a line with exactly the fields of
 * training data: {@code id, text, lang, label, category, stage, source, licence}.
 */
public final class FeedbackExport {

	/** The source of exported rows. */
	public static final String SOURCE = "feedback";

	private FeedbackExport() {
	}

	/**
	 * Writes each text once, with what was said of it last. The same feedback gives the
	 * same bytes.
	 */
	public static Summary write(FeedbackStore store, Appendable out) throws IOException {
		Map<String, Entry> texts = new HashMap<>();
		store
			.forEach((feedback) -> texts.merge(Sha256.hex(feedback.text()), new Entry(feedback, 1, false), Entry::and));
		List<Entry> entries = texts.values()
			.stream()
			.sorted(Comparator.comparing((Entry entry) -> entry.newest().time())
				.thenComparing((entry) -> entry.newest().id().toString()))
			.toList();
		int repeated = 0;
		int contradicted = 0;
		for (Entry entry : entries) {
			out.append(FeedbackJson.row(entry.newest())).append('\n');
			repeated += entry.count() - 1;
			contradicted += entry.contradicted() ? 1 : 0;
		}
		return new Summary(entries.size(), repeated, contradicted);
	}

	/**
	 * What was written.
	 *
	 * @param rows texts
	 * @param repeated feedback that was left out because later feedback is on the same
	 * text
	 * @param contradicted texts about which people said different things: their newest
	 * word counts
	 */
	public record Summary(int rows, int repeated, int contradicted) {
	}

	private record Entry(Feedback newest, int count, boolean contradicted) {

		/** Of feedback at the same time, what came later. */
		Entry and(Entry other) {
			Feedback last = other.newest.time().isBefore(this.newest.time()) ? this.newest : other.newest;
			boolean differ = this.newest.label() != other.newest.label()
					|| !this.newest.category().equals(other.newest.category());
			return new Entry(last, this.count + other.count, this.contradicted || other.contradicted || differ);
		}

	}

}
