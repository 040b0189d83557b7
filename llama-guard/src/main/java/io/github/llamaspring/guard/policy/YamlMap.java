package io.github.llamaspring.guard.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML mapping read strictly: every complaint names file, line and key.
 */
final class YamlMap {

	private final String file;

	private final String path;

	/** Where it begins. */
	private final int line;

	private final Map<String, Node> values = new LinkedHashMap<>();

	private final Map<String, Integer> lines = new LinkedHashMap<>();

	YamlMap(String file, String path, Node node) {
		this.file = file;
		this.path = path;
		this.line = line(node);
		if (!(node instanceof MappingNode mapping)) {
			throw error(file, line(node), path, "needs keys and values");
		}
		for (NodeTuple tuple : mapping.getValue()) {
			if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
				throw error(file, line(tuple.getKeyNode()), path, "has a key that is not plain text");
			}
			if (this.values.put(key.getValue(), tuple.getValueNode()) != null) {
				throw error(file, line(key), path(key.getValue()), "stands here twice");
			}
			this.lines.put(key.getValue(), line(key));
		}
	}

	private static int line(Node node) {
		return node.getStartMark().map((mark) -> mark.getLine() + 1).orElse(0);
	}

	private static PolicyException error(String file, int line, String key, String what) {
		return PolicyException.at(file, line, (key.isEmpty() ? "the policy" : key) + " " + what);
	}

	private String path(String key) {
		return this.path.isEmpty() ? key : this.path + "." + key;
	}

	PolicyException error(String key, String what) {
		return error(this.file, this.lines.getOrDefault(key, this.line), path(key), what);
	}

	/**
	 * Fails on keys that are not among the known ones.
	 */
	YamlMap only(String... known) {
		Set<String> names = Set.of(known);
		for (String key : this.values.keySet()) {
			if (!names.contains(key)) {
				throw error(key, "is not a known key; known are " + String.join(", ", sorted(known)));
			}
		}
		return this;
	}

	private static String[] sorted(String[] known) {
		String[] copy = known.clone();
		Arrays.sort(copy);
		return copy;
	}

	Set<String> keys() {
		return this.values.keySet();
	}

	boolean has(String key) {
		return this.values.containsKey(key);
	}

	YamlMap map(String key) {
		return new YamlMap(this.file, path(key), node(key));
	}

	boolean isMap(String key) {
		return this.values.get(key) instanceof MappingNode;
	}

	private Node node(String key) {
		Node node = this.values.get(key);
		if (node == null) {
			throw error(key, "is missing");
		}
		return node;
	}

	String text(String key) {
		if (!(node(key) instanceof ScalarNode scalar)) {
			throw error(key, "needs one plain value");
		}
		if (scalar.getTag().equals(Tag.NULL)) {
			throw error(key, "has no value");
		}
		return scalar.getValue();
	}

	String filled(String key) {
		String text = text(key);
		if (text.isBlank()) {
			throw error(key, "is blank");
		}
		return text;
	}

	@Nullable String textOrNull(String key) {
		return has(key) ? text(key) : null;
	}

	List<String> texts(String key) {
		if (!(node(key) instanceof SequenceNode sequence)) {
			throw error(key, "needs a list");
		}
		List<String> result = new ArrayList<>();
		for (Node item : sequence.getValue()) {
			if (!(item instanceof ScalarNode scalar)) {
				throw error(this.file, line(item), path(key), "needs a list of plain values");
			}
			if (scalar.getTag().equals(Tag.NULL)) {
				throw error(this.file, line(item), path(key), "has an empty entry; put the word null in quotes");
			}
			result.add(scalar.getValue());
		}
		return List.copyOf(result);
	}

	double probability(String key) {
		double value = number(key);
		if (!(value >= 0 && value <= 1)) {
			throw error(key, "must lie between 0 and 1, not " + text(key));
		}
		return value;
	}

	int integer(String key, int least, int most) {
		double value = number(key);
		if (value != Math.rint(value) || value < least || value > most) {
			throw error(key, "must be a whole number from " + least + " to " + most + ", not " + text(key));
		}
		return (int) value;
	}

	private double number(String key) {
		String text = text(key);
		if (node(key) instanceof ScalarNode scalar
				&& (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT))) {
			try {
				return Double.parseDouble(text);
			}
			catch (NumberFormatException ex) {
				throw error(key, "needs a decimal number, not " + text);
			}
		}
		throw error(key, "needs a number (without quotes), not " + text);
	}

	boolean isTrue(String key) {
		String text = text(key);
		if (!(node(key) instanceof ScalarNode scalar) || !scalar.getTag().equals(Tag.BOOL)) {
			throw error(key, "must be true or false (without quotes), not " + text);
		}
		return text.equalsIgnoreCase("true");
	}

	<E extends Enum<E>> E choice(String key, Class<E> type) {
		String text = text(key);
		for (E value : type.getEnumConstants()) {
			if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
				return value;
			}
		}
		String known = String.join(", ",
				Arrays.stream(type.getEnumConstants()).map((value) -> value.name().toLowerCase(Locale.ROOT)).toList());
		throw error(key, "is " + text + ", but must be one of " + known);
	}

}
