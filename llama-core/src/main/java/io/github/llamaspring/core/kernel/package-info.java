/**
 * Arithmetic on weights and activations: one seam ({@link Kernels}) with two twins, a
 * scalar reference and the Vector API. Internal.
 */
@NullMarked
package io.github.llamaspring.core.kernel;

import org.jspecify.annotations.NullMarked;
