/**
 * Placeholders for personal data: given out per conversation, and turned back into the
 * values for those who may see them.
 */
@NullMarked
package io.github.llamaspring.guard.vault;

import org.jspecify.annotations.NullMarked;
