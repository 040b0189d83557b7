package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Carries out the edits of all findings on one text, so that none undoes another.
 */
final class Edits {

	/** Says which of several comes first whatever detector reported it first. */
	private static final Comparator<Finding> ORDER = Comparator.comparingInt(Edits::start)
		.thenComparingInt((finding) -> -end(finding))
		.thenComparing(Finding::action, Comparator.reverseOrder())
		.thenComparing(Finding::score, Comparator.reverseOrder())
		.thenComparing(Finding::category)
		.thenComparing(Finding::rule);

	private Edits() {
	}

	/**
	 * @param findings in any order, which changes nothing; those that edit no part of the
	 * text are left out; one about the whole text takes all of it; overlapping ones
	 * become one, named after the one that starts first (the longer, if both do)
	 */
	static Edited carryOut(String text, List<Finding> findings, Replacer replacer) {
		if (findings.isEmpty() || findings.stream().noneMatch((finding) -> finding.action().edits())) {
			return new Edited(text, List.of());
		}
		List<Finding> ordered = inOrder(findings.stream()
			.filter((finding) -> finding.action() == Action.REDACT || finding.action() == Action.PSEUDONYMIZE)
			.map((finding) -> located(finding, text))
			.filter((finding) -> end(finding) > start(finding))
			.toList());
		List<Redaction> redactions = new ArrayList<>();
		StringBuilder out = new StringBuilder();
		int from = 0;
		int next = 0;
		while (next < ordered.size()) {
			int first = next;
			int start = start(ordered.get(first));
			int end = end(ordered.get(first));
			while (next < ordered.size() && start(ordered.get(next)) < end) {
				end = Math.max(end, end(ordered.get(next)));
				next++;
			}
			Replacement with = replacer.replace(ordered.subList(first, next), text.substring(start, end));
			out.append(text, from, start);
			redactions.add(new Redaction(new Span(out.length(), out.length() + with.text().length()), with.category()));
			out.append(with.text());
			from = end;
		}
		if (redactions.isEmpty()) {
			return new Edited(text, redactions);
		}
		out.append(text, from, text.length());
		return new Edited(out.toString(), redactions);
	}

	/** Without a place nobody knows which part is harmless, and no part is one value. */
	private static Finding located(Finding finding, String text) {
		return (finding.span() != null) ? finding : new Finding(finding.rule(), finding.category(), finding.score(),
				finding.band(), Action.REDACT, new Span(0, text.length()));
	}

	/**
	 * By place in the text, those without one first.
	 */
	static List<Finding> inOrder(List<Finding> findings) {
		return findings.stream().sorted(ORDER).toList();
	}

	private static int start(Finding finding) {
		Span span = finding.span();
		return (span != null) ? span.start() : 0;
	}

	private static int end(Finding finding) {
		Span span = finding.span();
		return (span != null) ? span.end() : 0;
	}

	/**
	 * Says what stands in place of a part of the text.
	 */
	@FunctionalInterface
	interface Replacer {

		/**
		 * @param overlapping findings in order, at least one
		 * @param value the part that all of them cover together
		 */
		Replacement replace(List<Finding> overlapping, String value);

	}

	/**
	 * What stands in place of a part.
	 *
	 * @param category of the part
	 */
	record Replacement(String text, String category) {
	}

	/**
	 * An edited text.
	 */
	record Edited(String text, List<Redaction> redactions) {
	}

}
