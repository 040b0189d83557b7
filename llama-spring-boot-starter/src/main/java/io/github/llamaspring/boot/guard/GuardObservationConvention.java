package io.github.llamaspring.boot.guard;

import io.github.llamaspring.guard.Verdict;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * {@code guard.check} with {@code stage}, {@code category}, {@code action},
 * {@code detector}, {@code policy} and {@code status}: names of the policy's, never the
 * text. A {@code GlobalObservationConvention} of the application takes its place.
 */
final class GuardObservationConvention implements ObservationConvention<GuardObservationContext> {

	private static final String NONE = "none";

	@Override
	public String getName() {
		return "guard.check";
	}

	@Override
	public String getContextualName(GuardObservationContext context) {
		return "guard check " + stage(context);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof GuardObservationContext;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(GuardObservationContext context) {
		Verdict verdict = context.verdict();
		String category = (verdict != null) ? verdict.category() : null;
		String rule = (verdict != null) ? verdict.rule() : null;
		return KeyValues.of("stage", stage(context), "category", (category != null) ? category : NONE, "action",
				(verdict != null) ? verdict.action().name() : NONE, "detector", (rule != null) ? family(rule) : NONE,
				"policy", context.policy().id(), "status", (verdict != null) ? verdict.status().name() : "FAILED");
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(GuardObservationContext context) {
		Verdict verdict = context.verdict();
		return (verdict != null) ? KeyValues.of("guard.nanos", Long.toString(verdict.nanos()), "guard.policy.hash",
				context.policy().hash()) : KeyValues.empty();
	}

	private static String stage(GuardObservationContext context) {
		return context.stage().name() + (context.isStreamed() ? "_STREAM" : "");
	}

	/** Rules are many, what finds them is not. */
	private static String family(String rule) {
		int dot = rule.indexOf('.');
		return (dot > 0) ? rule.substring(0, dot) : rule;
	}

}
