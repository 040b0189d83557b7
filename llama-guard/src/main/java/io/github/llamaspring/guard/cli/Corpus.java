package io.github.llamaspring.guard.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import io.github.llamaspring.guard.classify.Example;

/**
 * Reads labelled texts: folders of {@code *.jsonl}, one object a line with {@code text},
 * {@code lang}, {@code label} and, where known, {@code category}, {@code stage} and
 * {@code pair}. The file's name is the source. Files without texts are left out.
 */
final class Corpus {

	private static final List<String> LABELS = List.of("harmful", "benign", "jailbreak", "injection", "toxic",
			"nontoxic", "pii");

	private Corpus() {
	}

	/**
	 * @param contrast a further folder, whose rows have pairs; null without
	 */
	static List<Example> read(Path data, @Nullable Path contrast) throws IOException {
		List<Example> examples = new ArrayList<>();
		readFolder(data, examples);
		if (contrast != null) {
			readFolder(contrast, examples);
		}
		if (examples.isEmpty()) {
			throw new GuardCli.UsageException("there is no text in " + data + "/*.jsonl");
		}
		return examples;
	}

	private static void readFolder(Path folder, List<Example> examples) throws IOException {
		for (Path file : JsonRows.files(folder)) {
			String source = file.getFileName().toString().replace(".jsonl", "");
			JsonRows.read(file, (row) -> {
				Example example = example(row, source);
				if (example != null) {
					examples.add(example);
				}
			});
		}
	}

	private static @Nullable Example example(JsonRows.Row row, String source) {
		JsonNode node = row.json();
		if (!node.has("text")) {
			return null;
		}
		String label = row.text(node, "label");
		if (!LABELS.contains(label)) {
			throw new GuardCli.UsageException(
					row.where() + ": label is " + label + ", but must be one of " + String.join(", ", LABELS));
		}
		return new Example(row.text(node, "text"), row.text(node, "lang"), label, node.path("category").asString(""),
				source, node.path("stage").asString("").equals("output"),
				node.has("pair") ? row.text(node, "pair") : null);
	}

}
