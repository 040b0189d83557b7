package io.github.llamaspring.guard.policy;

import java.util.List;

/**
 * An item of a policy.
 *
 * @param id such as {@code U2.5}
 * @param title in English
 * @param mlCommons codes of the MLCommons taxonomy
 * @param llamaGuard codes of Llama Guard 1
 * @param actions what happens to a hit
 * @param block score from which a finding is a hit
 * @param grey score from which it is suspicious and flagged
 * @param message key of the words for the person
 */
public record Category(String id, String title, List<String> mlCommons, List<String> llamaGuard, StageActions actions,
		double block, double grey, String message) {
}
