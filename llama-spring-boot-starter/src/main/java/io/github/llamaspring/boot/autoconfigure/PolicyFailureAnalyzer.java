package io.github.llamaspring.boot.autoconfigure;

import io.github.llamaspring.guard.policy.PolicyException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what is wrong with a moderation policy that stopped the start.
 */
final class PolicyFailureAnalyzer extends AbstractFailureAnalyzer<PolicyException> {

	@Override
	protected FailureAnalysis analyze(Throwable root, PolicyException cause) {
		return new FailureAnalysis("The moderation policy could not be loaded: " + cause.getMessage(),
				"Correct the file that llama.guard.policy names, or remove the property to take the built-in llama2-aup.",
				cause);
	}

}
