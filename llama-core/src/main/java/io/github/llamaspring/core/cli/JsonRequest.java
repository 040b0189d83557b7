package io.github.llamaspring.core.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.github.llamaspring.core.chat.ChatMessage;
import tools.jackson.databind.JsonNode;

/**
 * One request of JSON Lines: typed fields, a clear error where one has the wrong kind.
 * Null counts as not given.
 *
 * @param node the object
 */
record JsonRequest(JsonNode node) {

	Optional<JsonNode> field(String name) {
		JsonNode value = this.node.get(name);
		return (value == null || value.isNull()) ? Optional.empty() : Optional.of(value);
	}

	Optional<String> text(String name) {
		return field(name).map((value) -> text(name, value));
	}

	String requiredText(String name) {
		return text(name).orElseThrow(() -> new IllegalArgumentException("'" + name + "' is missing"));
	}

	private static String text(String name, JsonNode value) {
		if (!value.isString()) {
			throw wrong(name, "a text");
		}
		return value.stringValue();
	}

	boolean flag(String name, boolean other) {
		return field(name).map((value) -> {
			if (!value.isBoolean()) {
				throw wrong(name, "true or false");
			}
			return value.booleanValue();
		}).orElse(other);
	}

	int integer(String name, int other) {
		return field(name).map((value) -> integer(name, value)).orElse(other);
	}

	private static int integer(String name, JsonNode value) {
		if (!value.isIntegralNumber() || !value.canConvertToInt()) {
			throw wrong(name, "an integer");
		}
		return value.intValue();
	}

	Optional<Long> longInteger(String name) {
		return field(name).map((value) -> {
			if (!value.isIntegralNumber() || !value.canConvertToLong()) {
				throw wrong(name, "an integer");
			}
			return value.longValue();
		});
	}

	float real(String name, float other) {
		return field(name).map((value) -> real(name, value)).orElse(other);
	}

	private static float real(String name, JsonNode value) {
		if (!value.isNumber()) {
			throw wrong(name, "a number");
		}
		// Beyond the range of floats: infinite, which every option's own range refuses.
		return value.decimalValue().floatValue();
	}

	Optional<List<Integer>> integers(String name) {
		return list(name, (value) -> integer(name, value));
	}

	/**
	 * A list of texts; a single text counts as a list of one.
	 */
	Optional<List<String>> texts(String name) {
		if (field(name).filter(JsonNode::isString).isPresent()) {
			return text(name).map(List::of);
		}
		return list(name, (value) -> text(name, value));
	}

	private <T> Optional<List<T>> list(String name, Function<JsonNode, T> element) {
		return field(name).map((value) -> {
			if (!value.isArray()) {
				throw wrong(name, "a list");
			}
			List<T> list = new ArrayList<>(value.size());
			value.forEach((item) -> list.add(element.apply(item)));
			return list;
		});
	}

	/**
	 * A map from token to bias.
	 */
	Optional<Map<Integer, Float>> biases(String name) {
		return field(name).map((value) -> {
			if (!value.isObject()) {
				throw wrong(name, "an object of token and bias");
			}
			Map<Integer, Float> biases = new LinkedHashMap<>();
			value.properties().forEach((entry) -> {
				try {
					float bias = real(name, entry.getValue());
					if (!Float.isFinite(bias)) {
						throw wrong(name, "of finite numbers");
					}
					biases.put(Integer.valueOf(entry.getKey()), bias);
				}
				catch (NumberFormatException ex) {
					throw wrong(name, "an object of token and bias");
				}
			});
			return biases;
		});
	}

	Optional<List<ChatMessage>> messages(String name) {
		return list(name, (value) -> {
			if (!value.isObject()) {
				throw wrong(name, "a list of objects with 'role' and 'content'");
			}
			JsonRequest message = new JsonRequest(value);
			return new ChatMessage(message.requiredText("role"), message.requiredText("content"));
		});
	}

	private static IllegalArgumentException wrong(String name, String kind) {
		return new IllegalArgumentException("'" + name + "' should be " + kind);
	}

}
