package io.github.llamaspring.guard;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the guard says of a text.
 *
 * @param action the most severe action of the findings
 * @param band the highest band of the findings
 * @param findings all findings, by position
 * @param scores probabilities of the statistical heads
 * @param text the text that may pass on: the text itself, an edited one, or empty where
 * the action withholds it
 * @param redactions the replaced parts of {@code text}
 * @param message friendly words for the person, in their language, where the action
 * withholds the text; else null
 * @param messageLanguage ISO 639-1 code of {@code message}; else null
 * @param category of the finding that decided, where the action is not ALLOW; else null
 * @param rule of the finding that decided, where the action is not ALLOW; else null
 * @param policy which policy decided
 * @param status how the check went
 * @param nanos how long it took
 */
public record Verdict(Action action, Band band, List<Finding> findings, Scores scores, String text,
		List<Redaction> redactions, @Nullable String message, @Nullable String messageLanguage,
		@Nullable String category, @Nullable String rule, PolicyInfo policy, Status status, long nanos) {

	public Verdict {
		findings = List.copyOf(findings);
		redactions = List.copyOf(redactions);
	}

}
