package io.github.llamaspring.guard;

import org.jspecify.annotations.Nullable;

/**
 * Two policies judge a text differently. Holds nothing of the text.
 *
 * @param stage where the text comes from
 * @param conversationId the conversation it belongs to; null where that is not known
 * @param textHash SHA-256 of the text in UTF-8; who has the text can tell that it is
 * meant, and who guesses a short one can, too
 * @param length of the text in UTF-16 units
 * @param live what the policy that acts says
 * @param shadow what the policy beside it would say
 */
public record PolicyDifference(Stage stage, @Nullable String conversationId, String textHash, int length, Side live,
		Side shadow) {

	/**
	 * What one policy says.
	 *
	 * @param action what is done, or would be
	 * @param category of the finding that decides; null where the action is ALLOW
	 * @param rule of that finding; null where the action is ALLOW
	 */
	public record Side(PolicyInfo policy, Action action, @Nullable String category, @Nullable String rule) {

		static Side of(Verdict verdict) {
			return new Side(verdict.policy(), verdict.action(), verdict.category(), verdict.rule());
		}

	}

}
