/**
 * Texts made comparable: folded views of a text that know where in it they stand.
 */
@NullMarked
package io.github.llamaspring.guard.text;

import org.jspecify.annotations.NullMarked;
