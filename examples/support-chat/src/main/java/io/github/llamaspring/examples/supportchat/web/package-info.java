/**
 * What the application answers over HTTP.
 */
@NullMarked
package io.github.llamaspring.examples.supportchat.web;

import org.jspecify.annotations.NullMarked;
