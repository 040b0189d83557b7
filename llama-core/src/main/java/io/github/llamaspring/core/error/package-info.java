/**
 * The exceptions of the engine. Each message says what went wrong, where (file, tensor,
 * key, offset, option) and what to do.
 */
@NullMarked
package io.github.llamaspring.core.error;

import org.jspecify.annotations.NullMarked;
