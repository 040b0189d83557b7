package io.github.llamaspring.guard;

import org.jspecify.annotations.Nullable;

/**
 * One thing a detector found. Never holds the text itself.
 *
 * @param rule id of the rule, such as {@code pii.iban}
 * @param category the policy's item ({@code U2.5}) or the kind of personal data or secret
 * ({@code IBAN})
 * @param score how sure, 0 to 1
 * @param band what the score means under the policy
 * @param action what the policy asks for
 * @param span where, in the checked text; null where the finding is about the whole
 */
public record Finding(String rule, String category, double score, Band band, Action action, @Nullable Span span) {
}
