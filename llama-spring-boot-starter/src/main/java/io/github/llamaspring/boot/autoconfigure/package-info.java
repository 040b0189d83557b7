/**
 * Properties and auto-configuration; the only room that knows all others.
 */
@NullMarked
package io.github.llamaspring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
