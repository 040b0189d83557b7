package io.github.llamaspring.core.tokenizer;

/**
 * How a unigram tokenizer treats spaces.
 *
 * @param prefix whether one comes before the text
 * @param merge whether several count as one, and those at the end as none
 * @param keepLast whether those at the end count as one nevertheless
 */
record UnigramSpaces(boolean prefix, boolean merge, boolean keepLast) {
}
