package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.answer.GroundDetector;
import io.github.llamaspring.guard.answer.LeakDetector;
import io.github.llamaspring.guard.answer.SimilarityDetector;
import io.github.llamaspring.guard.policy.AnswerRules;
import io.github.llamaspring.guard.semantic.SentenceVectors;
import io.github.llamaspring.guard.text.Detector;

/**
 * Which detectors look at an answer, by what is known of its surroundings. Thread-safe.
 */
final class AnswerChecks {

	private final AnswerRules rules;

	private final @Nullable SentenceVectors vectors;

	/** Most applications have one system prompt. */
	private volatile LeakDetector.@Nullable Instructions last;

	AnswerChecks(AnswerRules rules, @Nullable SentenceVectors vectors) {
		this.rules = rules;
		this.vectors = vectors;
	}

	/**
	 * Detectors for one text.
	 * @param written whether it is still being written: sentences are compared in whole
	 * texts only
	 */
	List<Detector> detectors(GuardContext context, boolean written) {
		List<Detector> detectors = new ArrayList<>();
		String told = context.instructions();
		if (told != null && this.rules.leak().at(context.stage()) != Action.ALLOW) {
			detectors.add(new LeakDetector(instructions(told), context.sources(), this.rules.leakWords()));
		}
		if (context.stage() != Stage.OUTPUT) {
			return detectors;
		}
		detectors.add(BuiltInRules.REFUSALS);
		if (!context.sources().isEmpty() && this.rules.groundedness() != Action.ALLOW) {
			detectors.add(new GroundDetector(context.sources(), given(context), context.language()));
			SentenceVectors present = this.vectors;
			if (present != null && this.rules.similarity() > 0 && !written) {
				detectors.add(new SimilarityDetector(context.sources(), present, this.rules.similarity()));
			}
		}
		return detectors;
	}

	/** What an answer may take up though no source holds it. */
	private static List<String> given(GuardContext context) {
		List<String> given = new ArrayList<>();
		if (context.instructions() != null) {
			given.add(context.instructions());
		}
		if (context.question() != null) {
			given.add(context.question());
		}
		return given;
	}

	private LeakDetector.Instructions instructions(String text) {
		LeakDetector.Instructions known = this.last;
		if (known == null || !known.text().equals(text)) {
			known = new LeakDetector.Instructions(text);
			this.last = known;
		}
		return known;
	}

}
