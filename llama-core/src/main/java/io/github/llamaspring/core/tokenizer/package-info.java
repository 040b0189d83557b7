/**
 * Text to token ids and back: SentencePiece and byte-level BPE vocabularies of GGUF
 * files.
 */
@NullMarked
package io.github.llamaspring.core.tokenizer;

import org.jspecify.annotations.NullMarked;
