package io.github.llamaspring.guard.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Verdict;

/**
 * {@code diff}: what another policy would do differently with the texts of a corpus.
 * Texts are lines as {@code check} takes them; they are shown only where that is asked
 * for.
 */
final class DiffCommand {

	private final Guard policy;

	private final Guard against;

	private final int examples;

	private final boolean texts;

	private final Map<Move, Group> moves = new TreeMap<>(Comparator.comparing(Move::from).thenComparing(Move::to));

	private int rows;

	private int changed;

	private int errors;

	/**
	 * @param policy the old one
	 * @param against the new one
	 * @param examples most rows to name for each kind of change
	 * @param texts whether their texts are shown, too
	 */
	DiffCommand(Guard policy, Guard against, int examples, boolean texts) {
		this.policy = policy;
		this.against = against;
		this.examples = examples;
		this.texts = texts;
	}

	/**
	 * Takes the rows of a stream.
	 */
	void read(InputStream in, PrintStream notes) throws IOException {
		JsonRows.read(in, "", (row) -> take(row, "line " + row.number(), notes));
	}

	/**
	 * Takes the rows of all {@code *.jsonl} in a folder.
	 */
	void read(Path folder, PrintStream notes) throws IOException {
		for (Path file : JsonRows.files(folder)) {
			JsonRows.read(file, (row) -> take(row, file.getFileName() + ":" + row.number(), notes));
		}
	}

	private void take(JsonRows.Row row, String where, PrintStream notes) {
		try {
			compare(JsonMapper.shared().readTree(row.line()), where);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			this.errors++;
			notes.println(where + ": left out, " + ((ex instanceof JacksonException) ? "not JSON" : ex.getMessage()));
		}
	}

	private void compare(JsonNode row, String where) {
		JsonNode text = row.get("text");
		if (text == null || !text.isString()) {
			throw new IllegalArgumentException("text is missing or no string");
		}
		String language = row.path("lang").asString("");
		GuardContext context = JsonLines.context(row, Stage.INPUT);
		Verdict before = this.policy.check(text.stringValue(), context);
		Verdict after = this.against.check(text.stringValue(), context);
		this.rows++;
		if (before.action() == after.action() && Objects.equals(before.category(), after.category())
				&& before.text().equals(after.text())) {
			return;
		}
		this.changed++;
		String category = (after.category() != null) ? after.category() : before.category();
		JsonNode id = row.get("id");
		this.moves.computeIfAbsent(new Move(before.action(), after.action()), (key) -> new Group())
			.add((category != null) ? category : "none", language.isBlank() ? "unknown" : language,
					(id != null) ? id.asString() : where, text.stringValue(), this.examples);
	}

	/**
	 * Prints the report.
	 */
	void print(boolean json, PrintStream out) {
		if (json) {
			out.writeBytes(JsonText.utf8(JsonMapper.shared().writeValueAsString(tree())));
			out.println();
			return;
		}
		out.println("policy   " + show(this.policy.policy()));
		out.println("against  " + show(this.against.policy()));
		out.println(String.format(Locale.ROOT, "%d rows, %d changed (%.2f %%), %d left out", this.rows, this.changed,
				(this.rows > 0) ? 100.0 * this.changed / this.rows : 0, this.errors));
		this.moves.forEach((move, group) -> {
			out.println();
			out.println(move.from() + " -> " + move.to() + "  " + group.rows);
			out.println("  by category  " + show(group.categories));
			out.println("  by language  " + show(group.languages));
			for (Row row : group.examples) {
				out.println("  " + row.id() + (this.texts ? "  " + row.text().replaceAll("\\s+", " ") : ""));
			}
		});
	}

	private static String show(PolicyInfo info) {
		return info.id() + " " + info.version() + " " + info.hash();
	}

	private static String show(Map<String, Integer> counts) {
		List<String> parts = new ArrayList<>();
		counts.entrySet()
			.stream()
			.sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
			.forEach((entry) -> parts.add(entry.getKey() + " " + entry.getValue()));
		return String.join(", ", parts);
	}

	private ObjectNode tree() {
		ObjectNode tree = JsonMapper.shared().createObjectNode();
		put(tree.putObject("policy"), this.policy.policy());
		put(tree.putObject("against"), this.against.policy());
		tree.put("rows", this.rows).put("changed", this.changed).put("errors", this.errors);
		ArrayNode changes = tree.putArray("changes");
		this.moves.forEach((move, group) -> {
			ObjectNode change = changes.addObject();
			change.put("from", move.from().name()).put("to", move.to().name()).put("rows", group.rows);
			group.categories.forEach(change.putObject("categories")::put);
			group.languages.forEach(change.putObject("languages")::put);
			ArrayNode named = change.putArray("examples");
			for (Row row : group.examples) {
				ObjectNode example = named.addObject().put("id", row.id());
				if (this.texts) {
					example.put("text", row.text());
				}
			}
		});
		return tree;
	}

	private static void put(ObjectNode node, PolicyInfo info) {
		node.put("id", info.id()).put("version", info.version()).put("hash", info.hash());
	}

	/** From which action to which; the same one where only category or text differ. */
	private record Move(Action from, Action to) {
	}

	private record Row(String id, String text) {
	}

	private static final class Group {

		private final Map<String, Integer> categories = new TreeMap<>();

		private final Map<String, Integer> languages = new TreeMap<>();

		private final List<Row> examples = new ArrayList<>();

		private int rows;

		void add(String category, String language, String id, String text, int most) {
			this.rows++;
			this.categories.merge(category, 1, Integer::sum);
			this.languages.merge(language, 1, Integer::sum);
			if (this.examples.size() < most) {
				this.examples.add(new Row(id, text));
			}
		}

	}

}
