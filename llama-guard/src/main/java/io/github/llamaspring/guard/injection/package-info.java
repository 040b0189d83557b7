/**
 * Attempts to take over the model: word patterns with scores.
 */
@NullMarked
package io.github.llamaspring.guard.injection;

import org.jspecify.annotations.NullMarked;
