/**
 * The hold-back of a text that is still being written.
 */
@NullMarked
package io.github.llamaspring.guard.stream;

import org.jspecify.annotations.NullMarked;
