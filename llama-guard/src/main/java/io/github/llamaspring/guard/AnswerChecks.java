package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

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

	private final UnaryOperator<String> languages;

	/** Most applications have one system prompt. */
	private volatile LeakDetector.@Nullable Instructions last;

	/**
	 * @param languages tells the language of a text, where nobody says it
	 */
	AnswerChecks(AnswerRules rules, UnaryOperator<String> languages) {
		this.rules = rules;
		this.languages = languages;
	}

	/**
	 * Detectors for one text.
	 * @param encoder with which its sentences are compared; null where there is none or
	 * the text is still being written
	 */
	List<Detector> detectors(GuardContext context, @Nullable SentenceVectors encoder) {
		List<Detector> detectors = new ArrayList<>();
		String told = context.instructions();
		if (told != null && this.rules.leak().at(context.stage()) != Action.ALLOW) {
			detectors.add(new LeakDetector(instructions(told), context.sources(), this.rules.leakWords()));
		}
		if (context.stage() != Stage.OUTPUT) {
			return detectors;
		}
		detectors.add(BuiltInRules.refusals());
		if (!context.sources().isEmpty() && this.rules.groundedness() != Action.ALLOW) {
			String language = context.language();
			detectors.add(new GroundDetector(context.sources(), given(context),
					(language != null) ? (text) -> language : this.languages));
			if (encoder != null && this.rules.similarity() > 0) {
				detectors.add(new SimilarityDetector(context.sources(), encoder, this.rules.similarity()));
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
