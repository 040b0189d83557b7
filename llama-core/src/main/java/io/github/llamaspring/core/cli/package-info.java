/**
 * The command line: one class per command.
 */
@NullMarked
package io.github.llamaspring.core.cli;

import org.jspecify.annotations.NullMarked;
