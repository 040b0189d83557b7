/**
 * Moderation: {@link io.github.llamaspring.guard.Guard} checks texts by a policy,
 * {@link io.github.llamaspring.guard.GuardStream} while they are written.
 */
@NullMarked
package io.github.llamaspring.guard;

import org.jspecify.annotations.NullMarked;
