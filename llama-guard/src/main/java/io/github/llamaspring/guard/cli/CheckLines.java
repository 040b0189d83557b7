package io.github.llamaspring.guard.cli;

import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;

/**
 * Answers a whole text with its verdict.
 */
final class CheckLines implements JsonLines.Service {

	private final Guard guard;

	CheckLines(Guard guard) {
		this.guard = guard;
	}

	@Override
	public void prepare(List<JsonNode> requests) {
		this.guard.prepare(requests.stream()
			.map((request) -> request.get("text"))
			.filter((text) -> text != null && text.isString())
			.map(JsonNode::stringValue)
			.toList());
	}

	@Override
	public void answer(JsonNode request, ObjectNode reply) {
		JsonNode text = request.get("text");
		if (text == null || !text.isString()) {
			throw new IllegalArgumentException("text is missing or no string");
		}
		Verdict verdict = this.guard.check(text.stringValue(), JsonLines.context(request, Stage.INPUT));
		reply.put("action", verdict.action().name());
		reply.put("band", verdict.band().name());
		ObjectNode scores = reply.putObject("scores");
		scores.put("harm", verdict.scores().harm());
		scores.put("injection", verdict.scores().injection());
		scores.put("toxicity", verdict.scores().toxicity());
		JsonLines.write(verdict.findings(), reply.putArray("findings"));
		reply.put("text", verdict.text());
		reply.put("policy", verdict.policy().hash());
	}

}
