/**
 * Moderation around every model: the guarded engine, the guarded chat model, the
 * advisors.
 */
@NullMarked
package io.github.llamaspring.boot.guard;

import org.jspecify.annotations.NullMarked;
