package io.github.llamaspring.guard;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.classify.Head;
import io.github.llamaspring.guard.policy.Policy;

/**
 * Combines findings: the most severe action decides, the surest finding among equals
 * names the reason, one of a rule before one of a statistical head.
 */
final class Verdicts {

	/** A rule knows what it found; a head's score comes after it. */
	static final Comparator<Finding> SURER = Comparator
		.comparing((Finding finding) -> !finding.rule().startsWith(Head.PREFIX))
		.thenComparingDouble(Finding::score);

	private final Policy policy;

	private final Rulings rulings;

	private final Pseudonyms pseudonyms;

	private final PolicyInfo info;

	private final UnaryOperator<String> languages;

	/**
	 * @param languages tells the language of a text, where nobody says it
	 */
	Verdicts(Policy policy, Rulings rulings, Pseudonyms pseudonyms, PolicyInfo info, UnaryOperator<String> languages) {
		this.policy = policy;
		this.rulings = rulings;
		this.pseudonyms = pseudonyms;
		this.info = info;
		this.languages = languages;
	}

	/**
	 * The verdict on a whole text.
	 */
	Verdict whole(String text, List<Finding> findings, Scores scores, Status status, GuardContext context,
			long started) {
		Finding deciding = deciding(findings);
		Action action = (deciding != null) ? deciding.action() : Action.ALLOW;
		Edits.Edited edited = action.withholds() ? new Edits.Edited("", List.of()) : Edits.carryOut(text, findings,
				(overlapping, value) -> this.pseudonyms.replacement(overlapping, value, context));
		String added = added(findings, text, context);
		String shown = added.isEmpty() ? edited.text() : edited.text() + added;
		Policy.Message message = message(deciding, text, context);
		return verdict(deciding, findings, scores, shown, edited.redactions(), message, status, started);
	}

	/**
	 * The verdict on a stream.
	 * @param seen some of the raw text, to tell its language
	 */
	Verdict streamed(String released, List<Redaction> redactions, List<Finding> findings, Scores scores, String seen,
			Status status, GuardContext context, long started) {
		Finding deciding = deciding(findings);
		return verdict(deciding, findings, scores, released, redactions, message(deciding, seen, context), status,
				started);
	}

	private Verdict verdict(@Nullable Finding deciding, List<Finding> findings, Scores scores, String text,
			List<Redaction> redactions, Policy.@Nullable Message message, Status status, long started) {
		Band band = Band.CLEAR;
		for (Finding finding : findings) {
			band = (finding.band().compareTo(band) > 0) ? finding.band() : band;
		}
		return new Verdict((deciding != null) ? deciding.action() : Action.ALLOW, band, findings, scores, text,
				redactions, (message != null) ? message.text() : null, (message != null) ? message.language() : null,
				(deciding != null) ? deciding.category() : null, (deciding != null) ? deciding.rule() : null, this.info,
				status, System.nanoTime() - started);
	}

	/**
	 * What the findings that rewrite put behind the text, each text once, in the order of
	 * the findings; empty where the text is withheld.
	 */
	String added(List<Finding> findings, String text, GuardContext context) {
		if (findings.isEmpty() || findings.stream().noneMatch((finding) -> finding.action() == Action.REWRITE)) {
			return "";
		}
		Set<String> added = new LinkedHashSet<>();
		for (Finding finding : Edits.inOrder(findings)) {
			if (finding.action().withholds()) {
				return "";
			}
			Policy.Message message = (finding.action() == Action.REWRITE) ? message(finding, text, context) : null;
			if (message != null) {
				added.add("\n\n" + message.text());
			}
		}
		return String.join("", added);
	}

	Policy.@Nullable Message message(@Nullable Finding deciding, String text, GuardContext context) {
		if (deciding == null || !(deciding.action().withholds() || deciding.action() == Action.REWRITE)) {
			return null;
		}
		String asked = context.language();
		String language = (asked != null && asked.length() >= 2)
				? asked.substring(0, 2).toLowerCase(java.util.Locale.ROOT) : this.languages.apply(text);
		return this.policy.message(this.rulings.messageKey(deciding), language);
	}

	/**
	 * The findings in the order of the text, those without a place last.
	 */
	static List<Finding> byPlace(List<Finding> findings) {
		return findings.stream()
			.sorted(Comparator
				.comparing(Finding::span,
						Comparator.nullsLast(Comparator.comparingInt(Span::start).thenComparingInt(Span::end)))
				.thenComparing(Finding::rule))
			.toList();
	}

	private static @Nullable Finding deciding(List<Finding> findings) {
		Finding best = null;
		for (Finding finding : findings) {
			if (finding.action() == Action.ALLOW) {
				continue;
			}
			int order = (best == null) ? 1 : finding.action().compareTo(best.action());
			if (order > 0 || (order == 0 && best != null && SURER.compare(finding, best) > 0)) {
				best = finding;
			}
		}
		return best;
	}

}
