/**
 * What is kept of verdicts: events without the text, sinks that take them, and the cipher
 * for those who must keep the text.
 */
@NullMarked
package io.github.llamaspring.guard.audit;

import org.jspecify.annotations.NullMarked;
