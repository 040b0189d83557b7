package io.github.llamaspring.boot.guard;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.guard.Redaction;
import io.github.llamaspring.guard.Span;
import io.github.llamaspring.guard.vault.VaultStream;

/**
 * Turns the placeholders of an answer into the person's own data again, on its last way
 * to the person: what models and memories hold keeps the placeholders. Used by one thread
 * at a time.
 */
public final class AnswerRestorer {

	private final VaultStream stream;

	AnswerRestorer(VaultStream stream) {
		this.stream = stream;
	}

	/**
	 * Takes the next released piece.
	 * @param redactions replaced parts by their place in {@code text}, in order
	 */
	public Restored feed(String text, List<Redaction> redactions) {
		StringBuilder out = new StringBuilder();
		List<Redaction> left = new ArrayList<>();
		int from = 0;
		for (Redaction redaction : redactions) {
			Span span = redaction.span();
			out.append(this.stream.feed(text.substring(from, span.start())));
			String shown = text.substring(span.start(), span.end());
			out.append(this.stream.feed(shown));
			if (out.length() >= shown.length() && out.substring(out.length() - shown.length()).equals(shown)) {
				left.add(new Redaction(new Span(out.length() - shown.length(), out.length()), redaction.category()));
			}
			from = span.end();
		}
		out.append(this.stream.feed(text.substring(from)));
		return new Restored(out.toString(), left);
	}

	/**
	 * Takes the end of the answer.
	 * @return the rest that was held back
	 */
	public String finish() {
		return this.stream.finish();
	}

	/**
	 * A piece for the person.
	 *
	 * @param text possibly empty
	 * @param redactions the parts that stay replaced, by their place in {@code text}
	 */
	public record Restored(String text, List<Redaction> redactions) {

		public Restored {
			redactions = List.copyOf(redactions);
		}

	}

}
