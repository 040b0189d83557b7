/**
 * The engine's life: the model is fetched, loaded, ready or failed.
 */
@NullMarked
package io.github.llamaspring.boot.engine;

import org.jspecify.annotations.NullMarked;
