/**
 * Health and metrics.
 */
@NullMarked
package io.github.llamaspring.boot.actuate;

import org.jspecify.annotations.NullMarked;
