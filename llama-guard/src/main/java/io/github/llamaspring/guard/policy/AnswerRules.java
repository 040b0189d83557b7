package io.github.llamaspring.guard.policy;

import java.util.List;

import io.github.llamaspring.guard.Action;

/**
 * What happens to answers because of what surrounds them.
 *
 * @param leak what happens where instructions are repeated
 * @param leakWords words of the instructions in a row that are a leak
 * @param refusal what happens where the answer refuses; ALLOW only records it
 * @param groundedness what happens where an answer says what its sources don't; ALLOW
 * does not look
 * @param similarity cosine from which a sentence counts as held by a source; 0 does not
 * compare
 */
public record AnswerRules(StageActions leak, int leakWords, Action refusal, Action groundedness, double similarity) {

	static final AnswerRules NONE = new AnswerRules(StageActions.of(Action.ALLOW), 12, Action.ALLOW, Action.ALLOW, 0);

	/** The keys {@code leak}, {@code refusal} and {@code groundedness}. */
	static AnswerRules read(YamlMap root, AnswerRules old) {
		StageActions leak = old.leak();
		int words = old.leakWords();
		if (root.has("leak")) {
			YamlMap map = root.map("leak").only("action", "words");
			leak = PolicyReader.actions(map, "action", leak);
			words = map.has("words") ? map.integer("words", 6, 16) : words;
		}
		Action refusal = old.refusal();
		if (root.has("refusal")) {
			refusal = PolicyReader.action(root.map("refusal").only("action"), "action");
		}
		Action groundedness = old.groundedness();
		double similarity = old.similarity();
		if (root.has("groundedness")) {
			YamlMap map = root.map("groundedness").only("action", "similarity");
			groundedness = map.has("action") ? PolicyReader.action(map, "action") : groundedness;
			similarity = map.has("similarity") ? map.probability("similarity") : similarity;
		}
		return new AnswerRules(leak, words, refusal, groundedness, similarity);
	}

	Object canonical() {
		return List.of(this.leak.canonical(), this.leakWords, this.refusal, this.groundedness, this.similarity);
	}

}
