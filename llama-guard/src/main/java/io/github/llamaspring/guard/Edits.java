package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Carries out the edits of all findings on one text, so that none undoes another.
 */
final class Edits {

	private Edits() {
	}

	/**
	 * @param findings in any order; those without an editing action or span are left out;
	 * overlapping ones become one, named after the one that starts first (the longer, if
	 * both do)
	 */
	static Edited redact(String text, List<Finding> findings) {
		List<Redaction> redactions = new ArrayList<>();
		StringBuilder out = new StringBuilder();
		int from = 0;
		for (Finding finding : inOrder(findings)) {
			Span span = finding.span();
			if (span == null || span.end() <= from) {
				continue;
			}
			if (span.start() >= from) {
				out.append(text, from, span.start());
				int start = out.length();
				out.append(Rulings.placeholder(finding.category()));
				redactions.add(new Redaction(new Span(start, out.length()), finding.category()));
			}
			from = span.end();
		}
		if (from == 0) {
			return new Edited(text, redactions);
		}
		out.append(text, from, text.length());
		return new Edited(out.toString(), redactions);
	}

	private static List<Finding> inOrder(List<Finding> findings) {
		return findings.stream()
			.filter((finding) -> finding.span() != null && finding.action() == Action.REDACT)
			.sorted(Comparator.comparingInt(Edits::start).thenComparingInt((finding) -> -end(finding)))
			.toList();
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
	 * An edited text.
	 */
	record Edited(String text, List<Redaction> redactions) {
	}

}
