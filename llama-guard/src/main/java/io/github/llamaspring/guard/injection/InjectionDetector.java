package io.github.llamaspring.guard.injection;

import java.util.Map;

import io.github.llamaspring.guard.rule.RuleBook;
import io.github.llamaspring.guard.rule.RuleDetector;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * Finds attempts to take over the model, by what they ask for: to drop instructions, to
 * reveal them, to play a role without rules.
 */
public final class InjectionDetector implements Detector {

	private final RuleDetector rules;

	/**
	 * @param files contents of rule files by name
	 */
	public InjectionDetector(Map<String, String> files) {
		this.rules = new RuleDetector("injection", RuleBook.of("injection", files), false);
	}

	@Override
	public String family() {
		return this.rules.family();
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		this.rules.detect(text, sink);
		FakeTurns.detect(text, sink);
	}

}
