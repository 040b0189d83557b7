/**
 * The Spring AI chat model and its options.
 */
@NullMarked
package io.github.llamaspring.boot.ai;

import org.jspecify.annotations.NullMarked;
