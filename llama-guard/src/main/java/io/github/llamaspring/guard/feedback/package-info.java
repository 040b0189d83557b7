/**
 * What people say of verdicts, kept and exported as labelled texts to train with.
 */
@NullMarked
package io.github.llamaspring.guard.feedback;

import org.jspecify.annotations.NullMarked;
