package io.github.llamaspring.guard.policy;

/**
 * What happens to attempts to take over the model.
 *
 * @param block score from which a finding is a hit
 * @param grey score from which it is suspicious
 */
public record Injection(double block, double grey, StageActions action, StageActions suspicious) {
}
