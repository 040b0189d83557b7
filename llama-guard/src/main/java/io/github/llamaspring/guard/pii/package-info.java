/**
 * Personal data and secrets, found by their form, their check digits and the words before
 * them.
 */
@NullMarked
package io.github.llamaspring.guard.pii;

import org.jspecify.annotations.NullMarked;
