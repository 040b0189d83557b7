/**
 * What stands in front of the engine: a fair bounded queue, time limits, a circuit
 * breaker.
 */
@NullMarked
package io.github.llamaspring.boot.resilience;

import org.jspecify.annotations.NullMarked;
