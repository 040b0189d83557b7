/**
 * What only the person's earlier messages tell.
 */
@NullMarked
package io.github.llamaspring.guard.conversation;

import org.jspecify.annotations.NullMarked;
