package io.github.llamaspring.guard.text;

/**
 * An encoded part of a text and what it says.
 *
 * @param start first unit in the text
 * @param end unit after the last
 * @param decoded what it says
 * @param exact whether unit {@code k} of the one is unit {@code k} of the other
 */
record DecodedPart(int start, int end, String decoded, boolean exact) {
}
