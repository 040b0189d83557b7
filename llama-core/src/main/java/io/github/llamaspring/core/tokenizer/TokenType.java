package io.github.llamaspring.core.tokenizer;

/**
 * What a piece of a vocabulary is for. The ordinals are the numbers of
 * {@code tokenizer.ggml.token_type}.
 */
enum TokenType {

	UNDEFINED, NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE

}
