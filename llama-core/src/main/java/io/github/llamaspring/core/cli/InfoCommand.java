package io.github.llamaspring.core.cli;

import java.nio.file.Path;
import java.util.Set;

import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.ModelInfo;
import io.github.llamaspring.core.SentenceEncoder;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code info MODEL}: facts about a file.
 */
final class InfoCommand extends Command {

	@Override
	Set<String> flags() {
		return Set.of("--json");
	}

	@Override
	void run(String model, Arguments arguments, Console console) {
		Path file = resolve(model, console);
		ModelInfo info = SentenceEncoder.isPack(file) ? SentenceEncoder.inspect(file, options(arguments))
				: LlamaModel.inspect(file, options(arguments));
		ObjectNode json = Console.object();
		json.put("name", info.name());
		json.put("architecture", info.architecture());
		json.put("parameters", info.parameters());
		info.tensorTypes().forEach(json.putObject("tensor_types")::put);
		json.put("tokenizer", info.tokenizer());
		json.put("context_length", info.contextLength());
		json.put("memory_bytes", info.memoryBytes());
		json.put("needed_bytes", info.neededBytes());
		json.put("kernel", info.kernel());
		json.put("accelerator", info.accelerator());
		json.put("cpu", info.cpu());
		json.put("threads", info.threads());
		if (arguments.has("--json")) {
			console.json(json);
		}
		else {
			json.properties()
				.forEach((entry) -> console.println("%-15s %s".formatted(entry.getKey(),
						entry.getValue().isString() ? entry.getValue().stringValue() : entry.getValue().toString())));
		}
	}

}
