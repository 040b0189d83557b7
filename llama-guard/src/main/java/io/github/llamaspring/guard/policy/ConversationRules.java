package io.github.llamaspring.guard.policy;

import java.util.List;

import io.github.llamaspring.guard.Action;

/**
 * What happens to a message because of the messages before it.
 *
 * @param drift what happens where a conversation has drifted to harm; ALLOW does not look
 * @param block score from which that is a hit
 * @param grey score from which it is suspicious and flagged
 * @param rephrase what happens where a refused message comes in other words; ALLOW does
 * not look
 */
public record ConversationRules(Action drift, double block, double grey, Action rephrase) {

	static final ConversationRules NONE = new ConversationRules(Action.ALLOW, 1, 0.5, Action.ALLOW);

	/** The key {@code conversation}. */
	static ConversationRules read(YamlMap root, ConversationRules old) {
		if (!root.has("conversation")) {
			return old;
		}
		YamlMap all = root.map("conversation").only("drift", "rephrase");
		Action drift = old.drift();
		double block = old.block();
		double grey = old.grey();
		if (all.has("drift")) {
			YamlMap map = all.map("drift").only("action", "block", "grey");
			drift = map.has("action") ? PolicyReader.action(map, "action") : drift;
			block = map.has("block") ? map.probability("block") : block;
			grey = map.has("grey") ? map.probability("grey") : grey;
		}
		Action rephrase = old.rephrase();
		if (all.has("rephrase")) {
			rephrase = PolicyReader.action(all.map("rephrase").only("action"), "action");
		}
		return new ConversationRules(drift, block, grey, rephrase);
	}

	Object canonical() {
		return List.of(this.drift, this.block, this.grey, this.rephrase);
	}

}
