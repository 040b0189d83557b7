/**
 * The shop's texts and the search in them.
 */
@NullMarked
package io.github.llamaspring.examples.supportchat.knowledge;

import org.jspecify.annotations.NullMarked;
