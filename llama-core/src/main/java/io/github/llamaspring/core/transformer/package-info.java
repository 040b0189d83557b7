/**
 * The Llama architecture: weights, keys and values, and one forward pass over a batch of
 * (sequence, position, token). Internal.
 */
@NullMarked
package io.github.llamaspring.core.transformer;

import org.jspecify.annotations.NullMarked;
