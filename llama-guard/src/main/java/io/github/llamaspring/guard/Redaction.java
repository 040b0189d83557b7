package io.github.llamaspring.guard;

/**
 * A replaced part of an edited text.
 *
 * @param span where the replacement stands in the edited text
 * @param category what was replaced, such as {@code EMAIL}
 */
public record Redaction(Span span, String category) {
}
