package io.github.llamaspring.core.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.SentenceVector;
import io.github.llamaspring.core.TextType;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code embed MODEL}: the vectors of texts. Requests that wait already are computed
 * together.
 */
final class EmbedCommand extends Command {

	/** Few enough that the first reply does not keep anybody waiting. */
	private static final int MOST = 64;

	@Override
	Set<String> flags() {
		return Set.of("--json", "--jsonl");
	}

	@Override
	Set<String> valued() {
		return Set.of("--text", "--type");
	}

	@Override
	void run(String model, Arguments arguments, Console console) {
		boolean lines = arguments.has("--jsonl");
		if (lines && arguments.has("--text")) {
			throw new UsageException("with --jsonl the texts come from the requests, not from --text");
		}
		TextType other = arguments.value("--type").map(EmbedCommand::type).orElse(TextType.QUERY);
		try (SentenceEncoder encoder = SentenceEncoder.load(resolve(model, console), options(arguments))) {
			if (lines) {
				console.serve(MOST, (request) -> request(request, other), (requests) -> replies(encoder, requests));
				return;
			}
			String text = arguments.value("--text").orElseGet(console::readAll);
			console.json(json(encoder.encode(text, other)));
		}
	}

	private static TextType type(String name) {
		return Arrays.stream(TextType.values())
			.filter((type) -> type.name().toLowerCase(Locale.ROOT).equals(name))
			.findFirst()
			.orElseThrow(() -> new UsageException("option --type: '" + name + "' is none of query, passage, plain"));
	}

	private static Request request(JsonRequest request, TextType other) {
		String type = request.text("type").orElse(null);
		if (type != null && !type.equals("query") && !type.equals("passage")) {
			throw new IllegalArgumentException("'type' should be \"query\" or \"passage\"");
		}
		String text = request.requiredText("text");
		SentenceEncoder.requireEncodable(text);
		return new Request(text, (type != null) ? type(type) : other);
	}

	private static List<ObjectNode> replies(SentenceEncoder encoder, List<Request> requests) {
		List<ObjectNode> replies = new ArrayList<>(requests.size());
		requests.forEach((request) -> replies.add(Console.object()));
		for (TextType type : TextType.values()) {
			int[] places = IntStream.range(0, requests.size()).filter((i) -> requests.get(i).type == type).toArray();
			List<String> texts = Arrays.stream(places).mapToObj((i) -> requests.get(i).text).toList();
			List<SentenceVector> vectors = encoder.encode(texts, type);
			for (int i = 0; i < places.length; i++) {
				replies.set(places[i], json(vectors.get(i)));
			}
		}
		return replies;
	}

	private static ObjectNode json(SentenceVector vector) {
		ObjectNode json = Console.object();
		ArrayNode values = json.putArray("embedding");
		for (float value : vector.values()) {
			values.add(value);
		}
		json.put("tokens", vector.tokens());
		return json;
	}

	/**
	 * A text and what it is for.
	 */
	private record Request(String text, TextType type) {
	}

}
