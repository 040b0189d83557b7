/**
 * From logits to a token: penalties, filters, the random choice.
 */
@NullMarked
package io.github.llamaspring.core.sampling;

import org.jspecify.annotations.NullMarked;
