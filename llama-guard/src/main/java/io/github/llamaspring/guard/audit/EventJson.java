package io.github.llamaspring.guard.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Band;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Status;

/**
 * Events as JSON, in ASCII.
 */
public final class EventJson {

	/** Names of tenants and rules may hold anything, lone surrogates too. */
	private static final JsonMapper MAPPER = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

	private EventJson() {
	}

	/**
	 * The event on one line.
	 */
	public static String write(GuardEvent event) {
		ObjectNode node = MAPPER.createObjectNode();
		node.put("id", event.id().toString()).put("time", event.time().toString());
		node.put("stage", event.stage().name()).put("tenant", event.tenant());
		node.put("conversation", event.conversation()).put("action", event.action().name());
		node.put("band", event.band().name()).put("status", event.status().name());
		node.put("category", event.category()).put("rule", event.rule());
		node.putObject("policy")
			.put("id", event.policy().id())
			.put("version", event.policy().version())
			.put("hash", event.policy().hash());
		node.set("findings", findingsNode(event.findings()));
		node.put("findingCount", event.findingCount()).put("textHash", event.textHash()).put("length", event.length());
		node.put("lang", event.language()).put("nanos", event.nanos()).put("shadow", event.shadow());
		node.put("cached", event.cached()).put("streamed", event.streamed());
		EncryptedText text = event.text();
		if (text != null) {
			node.putObject("text").put("key", text.keyId()).put("data", text.data());
		}
		return MAPPER.writeValueAsString(node);
	}

	/**
	 * Findings as an array.
	 */
	public static String writeFindings(List<GuardEvent.Found> findings) {
		return MAPPER.writeValueAsString(findingsNode(findings));
	}

	private static ArrayNode findingsNode(List<GuardEvent.Found> findings) {
		ArrayNode array = MAPPER.createArrayNode();
		for (GuardEvent.Found found : findings) {
			array.addObject()
				.put("rule", found.rule())
				.put("category", found.category())
				.put("band", found.band().name())
				.put("score", found.score())
				.put("action", found.action().name());
		}
		return array;
	}

	/**
	 * Reads what {@link #write} wrote.
	 * @throws IllegalArgumentException if it is something else
	 */
	public static GuardEvent read(String json) {
		JsonNode node = parse(json);
		try {
			JsonNode policy = node.path("policy");
			JsonNode text = node.path("text");
			return new GuardEvent(UUID.fromString(string(node, "id")), Instant.parse(string(node, "time")),
					Stage.valueOf(string(node, "stage")), optional(node, "tenant"), optional(node, "conversation"),
					Action.valueOf(string(node, "action")), Band.valueOf(string(node, "band")),
					Status.valueOf(string(node, "status")), optional(node, "category"), optional(node, "rule"),
					new PolicyInfo(string(policy, "id"), string(policy, "version"), string(policy, "hash")),
					findings(node.path("findings")), node.path("findingCount").asInt(), string(node, "textHash"),
					node.path("length").asInt(), string(node, "lang"), node.path("nanos").asLong(),
					node.path("shadow").asBoolean(), node.path("cached").asBoolean(), node.path("streamed").asBoolean(),
					text.isObject() ? new EncryptedText(string(text, "key"), string(text, "data")) : null);
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException("not an event of the guard: its time", ex);
		}
	}

	/**
	 * Reads what {@link #writeFindings} wrote.
	 * @throws IllegalArgumentException if it is something else
	 */
	public static List<GuardEvent.Found> readFindings(String json) {
		return findings(parse(json));
	}

	private static List<GuardEvent.Found> findings(JsonNode array) {
		List<GuardEvent.Found> findings = new ArrayList<>();
		for (JsonNode node : array) {
			findings.add(new GuardEvent.Found(string(node, "rule"), string(node, "category"),
					Band.valueOf(string(node, "band")), node.path("score").asDouble(),
					Action.valueOf(string(node, "action"))));
		}
		return findings;
	}

	private static JsonNode parse(String json) {
		try {
			return MAPPER.readTree(json);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("not an event of the guard: not JSON", ex);
		}
	}

	private static String string(JsonNode node, String field) {
		JsonNode value = node.path(field);
		if (!value.isString()) {
			throw new IllegalArgumentException("not an event of the guard: " + field + " is missing");
		}
		return value.stringValue();
	}

	private static @Nullable String optional(JsonNode node, String field) {
		JsonNode value = node.path(field);
		return value.isString() ? value.stringValue() : null;
	}

}
