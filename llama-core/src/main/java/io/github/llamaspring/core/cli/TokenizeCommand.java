package io.github.llamaspring.core.cli;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.tokenizer.Tokenizer;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code tokenize MODEL}: the tokens of a text.
 */
final class TokenizeCommand extends Command {

	@Override
	Set<String> flags() {
		return Set.of("--special", "--json", "--jsonl");
	}

	@Override
	Set<String> valued() {
		return Set.of("--text");
	}

	@Override
	void run(String model, Arguments arguments, Console console) {
		if (arguments.has("--jsonl") && arguments.has("--text")) {
			throw new UsageException("with --jsonl the texts come from the requests, not from --text");
		}
		boolean special = arguments.has("--special");
		try (GgufFile file = GgufFile.open(resolve(model, console))) {
			Tokenizer tokenizer = Tokenizer.of(file);
			if (arguments.has("--jsonl")) {
				console.serve((request) -> json(
						tokenizer.encode(request.requiredText("text"), request.flag("special", special))));
				return;
			}
			int[] ids = tokenizer.encode(arguments.value("--text").orElseGet(console::readAll), special);
			if (arguments.has("--json")) {
				console.json(json(ids));
			}
			else {
				console.println(Arrays.stream(ids).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
			}
		}
	}

	private static ObjectNode json(int[] ids) {
		ObjectNode json = Console.object();
		Arrays.stream(ids).forEach(json.putArray("ids")::add);
		return json;
	}

}
