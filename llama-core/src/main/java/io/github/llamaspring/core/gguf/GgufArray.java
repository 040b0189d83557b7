package io.github.llamaspring.core.gguf;

/**
 * An array of the metadata, left in the file until somebody asks for it.
 *
 * @param type element type
 * @param count number of elements
 * @param position where the first element stands in the file
 */
record GgufArray(GgufValueType type, long count, long position) {
}
