package io.github.llamaspring.guard.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A topic of a policy, told by examples.
 *
 * @param name in the policy
 * @param examples texts on the topic, in any language
 * @param counterExamples texts that sound like it and are not
 * @param threshold score from which a text is on the topic; one of 50 everyday texts has
 * 0.5 or more
 * @param category what findings are filed under
 * @param actions what happens
 * @param message key of the words for the person
 */
public record Topic(String name, List<String> examples, List<String> counterExamples, double threshold, String category,
		StageActions actions, String message) {

	private static final int MOST = 64;

	private static final int LEAST_EXAMPLES = 5;

	private static final int MOST_EXAMPLES = 50;

	static void read(YamlMap root, Map<String, Topic> topics) {
		if (!root.has("topics")) {
			return;
		}
		YamlMap all = root.map("topics");
		for (String name : all.keys()) {
			YamlMap map = all.map(name)
				.only("examples", "counterExamples", "threshold", "action", "actions", "category", "message");
			List<String> examples = map.texts("examples");
			if (examples.size() < LEAST_EXAMPLES || examples.size() > MOST_EXAMPLES) {
				throw map.error("examples", "has " + examples.size() + " entries; a topic takes " + LEAST_EXAMPLES
						+ " to " + MOST_EXAMPLES);
			}
			List<String> counters = map.has("counterExamples") ? map.texts("counterExamples") : List.of();
			if (counters.size() > MOST_EXAMPLES) {
				throw map.error("counterExamples", "has more than " + MOST_EXAMPLES + " entries");
			}
			topics.put(name,
					new Topic(name, examples, counters, map.has("threshold") ? map.probability("threshold") : 0.5,
							map.has("category") ? map.text("category") : name, PolicyReader.topicActions(map),
							map.has("message") ? map.text("message") : "default"));
			if (topics.size() > MOST) {
				throw all.error(name, "is one topic more than the " + MOST + " a policy may have");
			}
		}
	}

	Map<String, Object> canonical() {
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("examples", this.examples);
		all.put("counterExamples", this.counterExamples);
		all.put("threshold", this.threshold);
		all.put("category", this.category);
		all.put("actions", this.actions.canonical());
		all.put("message", this.message);
		return all;
	}

}
