package io.github.llamaspring.guard.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

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

	private static final List<String> FEEDBACK_LABELS = List.of("benign", "harmful", "injection", "toxic");

	private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());

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

	/**
	 * Adds what people said of verdicts; it replaces rows with the same text.
	 * @param file as feedback is exported; of a text that is there twice the last row
	 * counts
	 */
	static void addFeedback(List<Example> examples, Path file) throws IOException {
		List<Example> rows = new ArrayList<>();
		JsonRows.read(file, (row) -> rows.add(feedback(row)));
		Map<String, Example> feedback = new LinkedHashMap<>();
		rows.forEach((row) -> feedback.put(row.text(), row));
		examples.removeIf((example) -> feedback.containsKey(example.text()));
		examples.addAll(feedback.values());
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
		return node.has("text") ? example(row, node, source, LABELS) : null;
	}

	private static Example feedback(JsonRows.Row row) {
		JsonNode node = row.json();
		String language = row.text(node, "lang");
		if (!LANGUAGES.contains(language)) {
			throw new GuardCli.UsageException(
					row.where() + ": lang is " + language + ", but must be a code of ISO 639-1");
		}
		return example(row, node, Example.FEEDBACK, FEEDBACK_LABELS);
	}

	private static Example example(JsonRows.Row row, JsonNode node, String source, List<String> labels) {
		String label = row.text(node, "label");
		if (!labels.contains(label)) {
			throw new GuardCli.UsageException(
					row.where() + ": label is " + label + ", but must be one of " + String.join(", ", labels));
		}
		return new Example(row.text(node, "text"), row.text(node, "lang"), label, node.path("category").asString(""),
				source, node.path("stage").asString("").equals("output"),
				node.has("pair") ? row.text(node, "pair") : null);
	}

}
