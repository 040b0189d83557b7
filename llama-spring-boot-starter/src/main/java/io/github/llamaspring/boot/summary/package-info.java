/**
 * Summaries of documents of any length.
 */
@NullMarked
package io.github.llamaspring.boot.summary;

import org.jspecify.annotations.NullMarked;
