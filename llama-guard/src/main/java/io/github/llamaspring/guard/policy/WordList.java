package io.github.llamaspring.guard.policy;

import java.util.List;

/**
 * Words and phrases of a policy.
 *
 * @param name in the policy
 * @param words as written there
 * @param inside whether they also count inside of words
 * @param category what findings are filed under
 * @param actions what happens
 * @param message key of the words for the person
 */
public record WordList(String name, List<String> words, boolean inside, String category, StageActions actions,
		String message) {
}
