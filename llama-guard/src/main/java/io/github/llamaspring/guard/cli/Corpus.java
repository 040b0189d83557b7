package io.github.llamaspring.guard.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
		if (!Files.isRegularFile(file)) {
			throw new GuardCli.UsageException("--feedback: " + file + " is no file");
		}
		List<Example> rows = new ArrayList<>();
		readFile(file, Example.FEEDBACK, FEEDBACK_LABELS, rows);
		Map<String, Example> feedback = new LinkedHashMap<>();
		rows.forEach((row) -> feedback.put(row.text(), row));
		examples.removeIf((example) -> feedback.containsKey(example.text()));
		examples.addAll(feedback.values());
	}

	private static void readFolder(Path folder, List<Example> examples) throws IOException {
		if (!Files.isDirectory(folder)) {
			throw new GuardCli.UsageException(folder + " is no folder");
		}
		try (Stream<Path> files = Files.list(folder)) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".jsonl")).sorted().toList()) {
				readFile(file, file.getFileName().toString().replace(".jsonl", ""), LABELS, examples);
			}
		}
	}

	private static void readFile(Path file, String source, List<String> labels, List<Example> examples)
			throws IOException {
		int number = 0;
		try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
			String line = reader.readLine();
			while (line != null) {
				number++;
				if (!line.isBlank()) {
					Example example = example(line, source, labels, file + ", line " + number);
					if (example != null) {
						examples.add(example);
					}
				}
				line = reader.readLine();
			}
		}
	}

	private static @Nullable Example example(String line, String source, List<String> labels, String where) {
		JsonNode node;
		try {
			node = JsonMapper.shared().readTree(line);
		}
		catch (JacksonException ex) {
			throw new GuardCli.UsageException(where + ": not JSON");
		}
		if (!node.has("text") && !source.equals(Example.FEEDBACK)) {
			return null;
		}
		String label = text(node, "label", where);
		if (!labels.contains(label)) {
			throw new GuardCli.UsageException(
					where + ": label is " + label + ", but must be one of " + String.join(", ", labels));
		}
		String language = text(node, "lang", where);
		if (source.equals(Example.FEEDBACK) && !LANGUAGES.contains(language)) {
			throw new GuardCli.UsageException(where + ": lang is " + language + ", but must be a code of ISO 639-1");
		}
		return new Example(text(node, "text", where), language, label, node.path("category").asString(""), source,
				node.path("stage").asString("").equals("output"), node.has("pair") ? text(node, "pair", where) : null);
	}

	private static String text(JsonNode node, String field, String where) {
		JsonNode value = node.get(field);
		if (value == null || !value.isString()) {
			throw new GuardCli.UsageException(where + ": " + field + " is missing or no string");
		}
		return value.stringValue();
	}

}
