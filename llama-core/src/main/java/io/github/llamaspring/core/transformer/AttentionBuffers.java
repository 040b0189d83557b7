package io.github.llamaspring.core.transformer;

/**
 * Where attention finds its input and puts its result, a row for each entry of a batch.
 *
 * @param query query heads, not yet rotated
 * @param key key heads, not yet rotated
 * @param value value heads
 * @param attended weighted values of all query heads
 * @param ropeTable rotation of each entry's position
 * @param ropeTableSize floats of one entry's rotation
 */
record AttentionBuffers(Rows query, Rows key, Rows value, Rows attended, float[] ropeTable, int ropeTableSize) {
}
