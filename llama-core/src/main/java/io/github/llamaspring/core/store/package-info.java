/**
 * From a model reference to a file on disk. Start reading at
 * {@link io.github.llamaspring.core.store.ModelStore}: it parses the reference
 * ({@code ModelReference}), looks into the cache under a lock ({@code CacheLock},
 * {@code Checksums}) and fetches what is missing ({@code HttpDownload},
 * {@code PipDownload}).
 */
@NullMarked
package io.github.llamaspring.core.store;

import org.jspecify.annotations.NullMarked;
