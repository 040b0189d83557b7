package io.github.llamaspring.guard.feedback;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.audit.EncryptedText;
import io.github.llamaspring.guard.audit.TextCipher;

/**
 * Feedback as JSON, in ASCII; text and note encrypted where there is a cipher.
 */
final class FeedbackJson {

	private static final JsonMapper MAPPER = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

	private FeedbackJson() {
	}

	static String write(Feedback feedback, @Nullable TextCipher cipher) {
		ObjectNode node = MAPPER.createObjectNode();
		UUID event = feedback.event();
		Action action = feedback.action();
		node.put("id", feedback.id().toString()).put("time", feedback.time().toString());
		node.put("event", (event != null) ? event.toString() : null);
		node.put("lang", feedback.language()).put("stage", feedback.stage().name());
		node.put("action", (action != null) ? action.name() : null);
		ArrayNode categories = node.putArray("categories");
		feedback.categories().forEach(categories::add);
		node.put("opinion", feedback.opinion().name()).put("label", feedback.label().word());
		node.put("category", feedback.category()).put("reviewer", feedback.reviewer());
		String note = feedback.note();
		if (cipher != null) {
			node.put("key", cipher.keyId());
			node.put("sealedText", cipher.encrypt(feedback.text(), feedback.id()).data());
			node.put("sealedNote", (note != null) ? cipher.encrypt(note, feedback.id()).data() : null);
		}
		else {
			node.put("text", feedback.text()).put("note", note);
		}
		return MAPPER.writeValueAsString(node);
	}

	static Feedback read(String json, @Nullable TextCipher cipher) {
		JsonNode node;
		try {
			node = MAPPER.readTree(json);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("not JSON", ex);
		}
		try {
			UUID id = UUID.fromString(string(node, "id"));
			String event = optional(node, "event");
			String action = optional(node, "action");
			String note = node.has("sealedNote") ? opened(node, "sealedNote", id, cipher) : optional(node, "note");
			String text = node.has("sealedText") ? opened(node, "sealedText", id, cipher) : string(node, "text");
			if (text == null) {
				throw new IllegalArgumentException("text is missing");
			}
			List<String> categories = new ArrayList<>();
			node.path("categories").forEach((each) -> categories.add(each.asString("")));
			return new Feedback(id, Instant.parse(string(node, "time")),
					(event != null) ? UUID.fromString(event) : null, text, string(node, "lang"),
					Stage.valueOf(string(node, "stage")), (action != null) ? Action.valueOf(action) : null, categories,
					Opinion.valueOf(string(node, "opinion")), Label.of(string(node, "label")), string(node, "category"),
					optional(node, "reviewer"), note);
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException("time is no time", ex);
		}
	}

	private static @Nullable String opened(JsonNode node, String field, UUID id, @Nullable TextCipher cipher) {
		String data = optional(node, field);
		if (data == null) {
			return null;
		}
		String key = string(node, "key");
		if (cipher == null) {
			throw new IllegalArgumentException(
					"its text is encrypted with the key " + key + ", but there is no key here");
		}
		return cipher.decrypt(new EncryptedText(key, data), id);
	}

	private static String string(JsonNode node, String field) {
		JsonNode value = node.path(field);
		if (!value.isString()) {
			throw new IllegalArgumentException(field + " is missing");
		}
		return value.stringValue();
	}

	private static @Nullable String optional(JsonNode node, String field) {
		JsonNode value = node.path(field);
		return value.isString() ? value.stringValue() : null;
	}

	/**
	 * A row of training data.
	 */
	static String row(Feedback feedback) {
		return MAPPER.writeValueAsString(MAPPER.createObjectNode()
			.put("id", feedback.id().toString())
			.put("text", feedback.text())
			.put("lang", feedback.language())
			.put("label", feedback.label().word())
			.put("category", feedback.category())
			.put("stage", feedback.stage().name().toLowerCase(Locale.ROOT))
			.put("source", FeedbackExport.SOURCE)
			.put("licence", "private"));
	}

}
