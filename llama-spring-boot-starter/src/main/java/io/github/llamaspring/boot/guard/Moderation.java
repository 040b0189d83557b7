package io.github.llamaspring.boot.guard;

import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.GuardStream;
import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;

/**
 * The guard as the starter uses it: a verdict on the same text is paid for once, and
 * observers hear of each. Thread-safe.
 */
public sealed interface Moderation permits CachingModeration, NoModeration {

	/**
	 * Moderation by a guard.
	 * @param observer hears of every new verdict
	 */
	static Moderation of(Guard guard, VerdictObserver observer) {
		return of(Guards.of(guard), TenantResolver.NONE, observer);
	}

	/**
	 * Moderation by the guards of now: each text is checked by the policy that is in use
	 * when its check begins.
	 * @param tenants says whose text it is
	 * @param observer hears of every new verdict
	 */
	static Moderation of(Guards guards, TenantResolver tenants, VerdictObserver observer) {
		return new CachingModeration(guards, tenants, observer);
	}

	/**
	 * Moderation that lets everything through.
	 */
	static Moderation off() {
		return new NoModeration();
	}

	/**
	 * Checks a whole text.
	 */
	Verdict check(String text, GuardContext context);

	/**
	 * Opens a check of a text that is still being written. It ends by the policy it
	 * begins with.
	 */
	GuardStream stream(GuardContext context);

	/**
	 * Whether the policy puts placeholders in place of anything: then what is asked needs
	 * a conversation, and answers a {@link #restorer}.
	 */
	boolean pseudonymizes();

	/**
	 * Opens an answer in which placeholders become the person's data again, by the policy
	 * that is in use when it is opened.
	 * @param context of the answer, with its conversation
	 */
	AnswerRestorer restorer(GuardContext context);

	/**
	 * Puts values in place of placeholders in a checked text, for a tool that the policy
	 * discloses them to.
	 * @param context of the call, with its conversation and the tool's name
	 */
	String restore(String text, GuardContext context);

	/**
	 * Forgets what stands behind the placeholders of a conversation.
	 */
	void forget(String conversation);

	/**
	 * The policy of now.
	 */
	PolicyInfo policy();

	/**
	 * Hears of verdicts, for metrics.
	 */
	@FunctionalInterface
	interface VerdictObserver {

		void onVerdict(Stage stage, Verdict verdict);

	}

}
