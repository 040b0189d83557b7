/**
 * Multi-turn chat: conversations, streaming, moderated on both sides.
 */
@NullMarked
package io.github.llamaspring.boot.chat;

import org.jspecify.annotations.NullMarked;
