package io.github.llamaspring.guard;

import java.nio.file.Path;
import java.util.List;

/**
 * Checks texts by a policy. Immutable and thread-safe.
 */
public final class Guard {

	private Guard() {
	}

	/**
	 * A guard by the built-in policy {@code llama2-aup}: Meta's Llama 2 Acceptable Use
	 * Policy, personal data and secrets, prompt injection.
	 */
	public static Guard builtIn() {
		throw new IllegalStateException("the guard comes with a later commit");
	}

	/**
	 * A guard by a policy file (YAML).
	 */
	public static Guard load(Path policy) {
		throw new IllegalStateException("the guard comes with a later commit");
	}

	/**
	 * Checks a whole text.
	 */
	public Verdict check(String text, GuardContext context) {
		throw new IllegalStateException("the guard comes with a later commit");
	}

	/**
	 * Opens a check of a text that is still being written.
	 */
	public GuardStream stream(GuardContext context) {
		throw new IllegalStateException("the guard comes with a later commit");
	}

	public PolicyInfo policy() {
		throw new IllegalStateException("the guard comes with a later commit");
	}

	/**
	 * What the policy moderates, for a page that tells people.
	 */
	public List<RuleInfo> rules() {
		throw new IllegalStateException("the guard comes with a later commit");
	}

	/**
	 * One moderated thing.
	 *
	 * @param category item of the policy or kind of personal data
	 * @param title in English
	 * @param input what happens to it in what people write
	 * @param output what happens to it in what the model writes
	 */
	public record RuleInfo(String category, String title, Action input, Action output) {
	}

}
