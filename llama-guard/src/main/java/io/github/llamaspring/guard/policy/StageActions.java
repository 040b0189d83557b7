package io.github.llamaspring.guard.policy;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Stage;

/**
 * What happens at each stage.
 */
public final class StageActions {

	private final Map<Stage, Action> actions = new EnumMap<>(Stage.class);

	StageActions(Map<Stage, Action> actions) {
		this.actions.putAll(actions);
	}

	static StageActions of(Action action) {
		Map<Stage, Action> all = new EnumMap<>(Stage.class);
		for (Stage stage : Stage.values()) {
			all.put(stage, action);
		}
		return new StageActions(all);
	}

	/**
	 * A harm of the policy's default: what is asked, answered or handed to a tool is
	 * blocked; retrieved text may report on it and is only marked.
	 */
	static StageActions harm() {
		return of(Action.BLOCK).with(Map.of(Stage.CONTEXT, Action.FLAG, Stage.TOOL_RESULT, Action.FLAG));
	}

	StageActions with(Map<Stage, Action> changed) {
		StageActions result = new StageActions(this.actions);
		result.actions.putAll(changed);
		return result;
	}

	/**
	 * The action at a stage; ALLOW where the policy names none.
	 */
	public Action at(Stage stage) {
		return this.actions.getOrDefault(stage, Action.ALLOW);
	}

	/**
	 * Whether the action is taken at any stage.
	 */
	public boolean contain(Action action) {
		return this.actions.containsValue(action);
	}

	Map<String, String> canonical() {
		Map<String, String> map = new TreeMap<>();
		this.actions.forEach((stage, action) -> map.put(stage.name(), action.name()));
		return map;
	}

}
