/**
 * A shop's support bot on a local, moderated model: the whole SDK in one application.
 */
@NullMarked
package io.github.llamaspring.examples.supportchat;

import org.jspecify.annotations.NullMarked;
