/**
 * Sentence vectors: the BERT encoder of multilingual-e5-small, from its 4-bit pack.
 */
@NullMarked
package io.github.llamaspring.core.encoder;

import org.jspecify.annotations.NullMarked;
