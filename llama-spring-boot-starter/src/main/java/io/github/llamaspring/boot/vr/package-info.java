/**
 * Real-time characters: sentences streamed as they are spoken, barge-in.
 */
@NullMarked
package io.github.llamaspring.boot.vr;

import org.jspecify.annotations.NullMarked;
