/**
 * Kernels on the Vector API: weights packed for them at load, activations in heap arrays.
 * Found by name, so that nothing else links against the incubating module. Internal.
 */
@NullMarked
package io.github.llamaspring.core.vector;

import org.jspecify.annotations.NullMarked;
