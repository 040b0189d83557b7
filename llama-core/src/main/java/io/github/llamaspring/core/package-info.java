/**
 * The public engine: {@link io.github.llamaspring.core.LlamaModel} loads a GGUF file,
 * {@link io.github.llamaspring.core.LlamaSession} generates text on it.
 */
@NullMarked
package io.github.llamaspring.core;

import org.jspecify.annotations.NullMarked;
