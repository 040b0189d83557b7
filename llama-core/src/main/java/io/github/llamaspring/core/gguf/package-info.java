/**
 * The GGUF file format, read without copying. A GGUF is untrusted input: everything in it
 * is checked before it is used.
 */
@NullMarked
package io.github.llamaspring.core.gguf;

import org.jspecify.annotations.NullMarked;
