/**
 * A second opinion on what is suspicious: the judge that an application plugs in.
 */
@NullMarked
package io.github.llamaspring.guard.judge;

import org.jspecify.annotations.NullMarked;
