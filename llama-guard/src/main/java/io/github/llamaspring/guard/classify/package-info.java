/**
 * Statistical heads: linear models over hashed n-grams of the folded words, and their
 * training.
 */
@NullMarked
package io.github.llamaspring.guard.classify;

import org.jspecify.annotations.NullMarked;
