package io.github.llamaspring.guard.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Action;

/**
 * When a judge is asked, and what follows.
 *
 * @param categories ids of the items whose suspicious findings it judges; empty where it
 * is never asked
 * @param unsafe probability from which its answer counts as unsafe
 * @param maxMs the longest that is waited for it, in milliseconds
 * @param onError what happens where it gives no answer
 */
public record JudgeRules(Set<String> categories, double unsafe, int maxMs, Action onError) {

	static final JudgeRules NONE = new JudgeRules(Set.of(), 0.5, 2000, Action.BLOCK);

	/**
	 * The key {@code judge} of the policy and of its items, and {@code onError.judge}.
	 */
	static JudgeRules read(YamlMap root, JudgeRules old, Map<String, Category> known) {
		Set<String> categories = new TreeSet<>(old.categories());
		double unsafe = old.unsafe();
		int maxMs = old.maxMs();
		if (root.has("judge")) {
			YamlMap map = root.map("judge").only("all", "unsafe", "maxMs");
			unsafe = map.has("unsafe") ? map.probability("unsafe") : unsafe;
			maxMs = map.has("maxMs") ? map.integer("maxMs", 10, 60_000) : maxMs;
			if (map.has("all")) {
				categories.clear();
				if (map.isTrue("all")) {
					known.values()
						.stream()
						.filter((category) -> !category.llamaGuard().isEmpty())
						.forEach((category) -> categories.add(category.id()));
				}
			}
		}
		if (root.has("categories")) {
			YamlMap items = root.map("categories");
			for (String id : items.keys()) {
				item(items.map(id), known.get(id), categories);
			}
		}
		Action onError = old.onError();
		if (root.has("onError") && root.map("onError").has("judge")) {
			onError = PolicyReader.failMode(root.map("onError"), "judge");
		}
		return new JudgeRules(Set.copyOf(categories), unsafe, maxMs, onError);
	}

	private static void item(YamlMap item, @Nullable Category category, Set<String> categories) {
		if (!item.has("judge") || category == null) {
			return;
		}
		if (!item.isTrue("judge")) {
			categories.remove(category.id());
			return;
		}
		if (category.llamaGuard().isEmpty()) {
			throw item.error("judge", "needs a code of Llama Guard: name it, such as o: [O3]");
		}
		categories.add(category.id());
	}

	Object canonical() {
		return List.of(new TreeSet<>(this.categories), this.unsafe, this.maxMs, this.onError);
	}

}
