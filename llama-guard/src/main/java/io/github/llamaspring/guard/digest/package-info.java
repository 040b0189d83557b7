/**
 * Hashes by which texts, policies and models are known.
 */
@NullMarked
package io.github.llamaspring.guard.digest;

import org.jspecify.annotations.NullMarked;
