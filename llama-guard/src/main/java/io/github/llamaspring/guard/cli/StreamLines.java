package io.github.llamaspring.guard.cli;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardStream;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;

/**
 * Answers a text in pieces with what was let out after each piece, and at the end the
 * rest.
 */
final class StreamLines implements JsonLines.Service {

	private final Guard guard;

	StreamLines(Guard guard) {
		this.guard = guard;
	}

	@Override
	public void answer(JsonNode request, ObjectNode reply) {
		List<String> chunks = chunks(request.get("chunks"));
		GuardStream stream = this.guard.stream(JsonLines.context(request, Stage.OUTPUT));
		ArrayNode released = reply.putArray("released");
		for (String chunk : chunks) {
			released.add(stream.feed(chunk).text());
		}
		released.add(stream.finish().text());
		Verdict verdict = stream.verdict();
		reply.put("action", verdict.action().name());
		JsonLines.write(verdict.findings(), reply.putArray("findings"));
		reply.put("text", verdict.text());
	}

	private static List<String> chunks(@Nullable JsonNode node) {
		if (node == null || !node.isArray()) {
			throw new IllegalArgumentException("chunks is missing or no list of strings");
		}
		List<String> chunks = new ArrayList<>(node.size());
		for (JsonNode chunk : node) {
			if (!chunk.isString()) {
				throw new IllegalArgumentException("chunks[" + chunks.size() + "] is no string");
			}
			chunks.add(chunk.stringValue());
		}
		return chunks;
	}

}
