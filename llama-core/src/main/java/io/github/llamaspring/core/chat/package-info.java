/**
 * Chat messages and the templates that turn them into a prompt.
 */
@NullMarked
package io.github.llamaspring.core.chat;

import org.jspecify.annotations.NullMarked;
