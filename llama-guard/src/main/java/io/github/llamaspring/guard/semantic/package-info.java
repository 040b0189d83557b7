/**
 * What the semantic tier sees: pieces of a text and their vectors.
 */
@NullMarked
package io.github.llamaspring.guard.semantic;

import org.jspecify.annotations.NullMarked;
