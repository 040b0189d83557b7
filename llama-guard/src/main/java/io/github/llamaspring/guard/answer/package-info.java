/**
 * What only an answer's surroundings tell: whether it repeats its instructions, refuses,
 * or says what its sources don't.
 */
@NullMarked
package io.github.llamaspring.guard.answer;

import org.jspecify.annotations.NullMarked;
