/**
 * Matrix products of long prompts by oneDNN, where its natives are on the class path: an
 * optional accelerator reached through the foreign function interface. Imports nothing of
 * ours. Internal.
 */
@NullMarked
package io.github.llamaspring.core.onednn;

import org.jspecify.annotations.NullMarked;
