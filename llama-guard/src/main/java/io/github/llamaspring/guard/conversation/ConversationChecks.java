package io.github.llamaspring.guard.conversation;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Turn;
import io.github.llamaspring.guard.classify.HarmScorer;
import io.github.llamaspring.guard.semantic.MeaningSpace;
import io.github.llamaspring.guard.semantic.SentenceVectors;
import io.github.llamaspring.guard.text.Detector;

/**
 * Which detectors look at a message together with those before it. Thread-safe.
 *
 * @param scorer how harmful messages are
 * @param space in which they are compared by meaning; null without an encoder
 * @param vectors of messages; null without an encoder
 */
public record ConversationChecks(HarmScorer scorer, @Nullable MeaningSpace space, @Nullable SentenceVectors vectors) {

	/** The family of the findings. */
	public static final String FAMILY = "conversation";

	/** What the rules of the findings begin with. */
	public static final String PREFIX = "conversation.";

	/** A conversation that drifts to harm. */
	public static final String DRIFT = PREFIX + "drift";

	/** A refused message in other words. */
	public static final String REPHRASE = PREFIX + "rephrase";

	/** Lower scores are not handed on; no sensible policy would flag them. */
	static final double LEAST = 0.2;

	/**
	 * Detectors for one message; none where there is nothing to compare it with. Drift is
	 * only seen with an encoder: words alone told too few drifting conversations from
	 * harmless look-alikes.
	 * @param history the messages before, the newest last
	 */
	public List<Detector> detectors(List<Turn> history, boolean drift, boolean rephrase) {
		List<Turn> told = history.stream().filter((turn) -> isTelling(turn.text())).toList();
		List<Turn> answered = told.stream().filter((turn) -> !turn.refused()).toList();
		List<Turn> refused = told.stream().filter(Turn::refused).toList();
		List<Detector> detectors = new ArrayList<>();
		if (drift && this.vectors != null && !answered.isEmpty()) {
			detectors.add(new DriftDetector(answered, this.scorer));
		}
		if (rephrase && !refused.isEmpty()) {
			detectors.add(new RephraseDetector(refused, this.scorer, this.space, this.vectors));
		}
		return detectors;
	}

	/** An encoder sees nothing in a text without letters. */
	static boolean isTelling(String text) {
		return text.codePoints().anyMatch(Character::isLetter);
	}

}
