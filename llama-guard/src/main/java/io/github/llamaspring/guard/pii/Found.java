package io.github.llamaspring.guard.pii;

/**
 * A candidate that was accepted; offsets in the clean text.
 *
 * @param kind what it is, such as {@code IBAN}
 * @param score how sure
 */
record Found(String kind, double score, int start, int end) {
}
