package io.github.llamaspring.core.transformer;

import java.util.function.LongConsumer;

import io.github.llamaspring.core.kernel.PackCache;
import org.jspecify.annotations.Nullable;

/**
 * How the weights of a network are taken over.
 *
 * @param cacheBytes what the keys and values of all sequences may take
 * @param availableBytes memory that the machine can give to this process
 * @param packCache where packed weights are kept for the next start, or null
 * @param loaded is told the bytes of weights as they are taken over
 */
public record LoadPlan(long cacheBytes, long availableBytes, @Nullable PackCache packCache, LongConsumer loaded) {
}
