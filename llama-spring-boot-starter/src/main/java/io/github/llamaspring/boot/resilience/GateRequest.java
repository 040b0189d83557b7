package io.github.llamaspring.boot.resilience;

import java.time.Duration;

import io.github.llamaspring.core.GenerationRequest;
import org.jspecify.annotations.Nullable;

/**
 * What the engine shall do, and how it may be queued.
 *
 * @param generation what to generate
 * @param affinity requests with the same name prefer the same session, so that what their
 * prompts share is not computed again; null for none
 * @param maxWait how long it may wait in the queue; null for as long as it takes
 */
public record GateRequest(GenerationRequest generation, @Nullable String affinity, @Nullable Duration maxWait) {
}
