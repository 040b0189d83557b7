/**
 * The command line.
 */
@NullMarked
package io.github.llamaspring.guard.cli;

import org.jspecify.annotations.NullMarked;
