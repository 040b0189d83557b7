/**
 * Policies: YAML read strictly, resolved and named by a hash.
 */
@NullMarked
package io.github.llamaspring.guard.policy;

import org.jspecify.annotations.NullMarked;
