package io.github.llamaspring.guard.answer;

import java.util.Map;

import io.github.llamaspring.guard.rule.RuleBook;
import io.github.llamaspring.guard.rule.RuleDetector;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * Finds answers that refuse ("I can't help with that"). Stateless and thread-safe.
 */
public final class RefusalDetector implements Detector {

	/** Its name. */
	public static final String FAMILY = "refusal";

	/** The id of its rule. */
	public static final String RULE = "answer.refusal";

	private final RuleDetector rules;

	/**
	 * @param files contents of rule files by name
	 */
	public RefusalDetector(Map<String, String> files) {
		this.rules = new RuleDetector(FAMILY, RuleBook.of(FAMILY, files), false);
	}

	@Override
	public String family() {
		return FAMILY;
	}

	@Override
	public boolean readsEncoded() {
		return false;
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		this.rules.detect(text, new MatchSink() {

			@Override
			public void match(Match match) {
				sink.match(new Match(RULE, match.category(), match.score(), match.start(), match.end()));
			}

			@Override
			public void undecided(int start) {
				// Nobody waits for a refusal: what is shown of it does no harm.
			}

		});
	}

}
