package io.github.llamaspring.guard.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON Lines: one object a line, in UTF-8. Blank lines are left out.
 */
final class JsonRows {

	private JsonRows() {
	}

	/**
	 * The files {@code *.jsonl} of a folder, by name.
	 * @throws GuardCli.UsageException if it is no folder
	 */
	static List<Path> files(Path folder) throws IOException {
		if (!Files.isDirectory(folder)) {
			throw new GuardCli.UsageException(folder + " is no folder");
		}
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter((path) -> path.toString().endsWith(".jsonl")).sorted().toList();
		}
	}

	/**
	 * Takes the rows of a file.
	 * @throws GuardCli.UsageException if there is no such file
	 */
	static void read(Path file, Consumer<Row> taker) throws IOException {
		if (!Files.isRegularFile(file)) {
			throw new GuardCli.UsageException(file + " is no file");
		}
		try (InputStream in = Files.newInputStream(file)) {
			read(in, file.toString(), taker);
		}
	}

	/**
	 * Takes the rows of a stream, which stays open.
	 * @param file its name
	 */
	static void read(InputStream in, String file, Consumer<Row> taker) throws IOException {
		BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
		int number = 0;
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			number++;
			if (!line.isBlank()) {
				taker.accept(new Row(file, number, line));
			}
		}
	}

	/**
	 * A line that is not blank.
	 *
	 * @param file where it stands
	 * @param number of the line, from 1
	 */
	record Row(String file, int number, String line) {

		String where() {
			return this.file + ", line " + this.number;
		}

		/**
		 * What it says.
		 * @throws GuardCli.UsageException naming the line, if it is not JSON
		 */
		JsonNode json() {
			try {
				return JsonMapper.shared().readTree(this.line);
			}
			catch (JacksonException ex) {
				throw new GuardCli.UsageException(where() + ": not JSON");
			}
		}

		/**
		 * A field that has to be there.
		 * @throws GuardCli.UsageException naming line and field, if it is not
		 */
		String text(JsonNode node, String field) {
			JsonNode value = node.get(field);
			if (value == null || !value.isString()) {
				throw new GuardCli.UsageException(where() + ": " + field + " is missing or no string");
			}
			return value.stringValue();
		}

	}

}
