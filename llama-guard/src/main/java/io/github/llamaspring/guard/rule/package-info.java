/**
 * Words, phrases and word patterns over folded texts.
 */
@NullMarked
package io.github.llamaspring.guard.rule;

import org.jspecify.annotations.NullMarked;
