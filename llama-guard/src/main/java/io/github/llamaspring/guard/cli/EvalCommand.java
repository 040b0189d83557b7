package io.github.llamaspring.guard.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.classify.Example;
import io.github.llamaspring.guard.classify.Heads;
import io.github.llamaspring.guard.classify.Trainer;
import io.github.llamaspring.guard.classify.VectorHeads;

/**
 * {@code eval}: how well the guard does on rows that its heads were not trained on.
 */
final class EvalCommand {

	private final List<Example> examples;

	private final Trainer.Models models;

	private final @Nullable Encoders encoders;

	EvalCommand(Path data, @Nullable Path contrast, @Nullable Path models, @Nullable Encoders encoders)
			throws IOException {
		this.examples = Corpus.read(data, contrast);
		this.encoders = encoders;
		Heads words = (models != null) ? Heads.read(models) : Heads.builtIn();
		VectorHeads vectors = (encoders == null) ? null
				: (models != null) ? VectorHeads.read(models) : VectorHeads.builtIn();
		this.models = new Trainer.Models(words, vectors);
	}

	private Guard guard(Trainer.Models trained) {
		Guard.Builder builder = Guard.builder().heads(trained.words());
		if (trained.vectors() != null && this.encoders != null) {
			this.encoders.on(builder.heads(trained.vectors()));
		}
		return builder.build();
	}

	void run(boolean leftOut, boolean json, PrintStream out) {
		Guard guard = guard(this.models);
		List<EvalRun.Row> table = new ArrayList<>();
		for (Example.Split split : List.of(Example.Split.IN_DOMAIN, Example.Split.CONTRAST, Example.Split.ORDINARY)) {
			EvalRun run = new EvalRun();
			LanguageEval languages = new LanguageEval();
			this.examples.stream().filter((example) -> example.split() == split).forEach((example) -> {
				run.check(guard, example);
				languages.check(this.models.words(), example);
			});
			table.addAll(languages.table(name(split)));
			table.addAll(run.table(name(split)));
		}
		if (leftOut) {
			table.addAll(leftOut());
		}
		print(table, json, out);
	}

	private static String name(Example.Split split) {
		return split.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Each source is left out of training, one of each kind at a time; thresholds stay
	 * the shipped ones.
	 */
	private List<EvalRun.Row> leftOut() {
		EvalRun run = new EvalRun();
		LanguageEval languages = new LanguageEval();
		for (Set<String> sources : rounds()) {
			List<Example> others = this.examples.stream()
				.filter((example) -> !sources.contains(example.source()))
				.toList();
			if (others.isEmpty()) {
				continue;
			}
			Trainer.Models trained = Trainer.train(others, (this.encoders != null) ? this.encoders.vectors() : null,
					this.models);
			Guard guard = guard(trained);
			this.examples.stream().filter((example) -> sources.contains(example.source())).forEach((example) -> {
				run.check(guard, example);
				languages.check(trained.words(), example);
			});
		}
		List<EvalRun.Row> table = new ArrayList<>(languages.table("left-out"));
		table.addAll(run.table("left-out"));
		return table;
	}

	/**
	 * The first source of each kind, the second of each and so on: kinds say little of
	 * each other, and training once for all of them takes a quarter of the time.
	 */
	private List<Set<String>> rounds() {
		TreeSet<String> sources = new TreeSet<>();
		for (Example example : this.examples) {
			// Half of the contrast pairs are unseen anyhow: the split "contrast" shows
			// it.
			if (example.pair() == null && example.split() != Example.Split.ORDINARY) {
				sources.add(example.source());
			}
		}
		Map<String, Integer> seen = new HashMap<>();
		List<Set<String>> rounds = new ArrayList<>();
		for (String source : sources) {
			int round = seen.merge(source.replaceFirst("_.*", ""), 1, Integer::sum) - 1;
			if (round == rounds.size()) {
				rounds.add(new HashSet<>());
			}
			rounds.get(round).add(source);
		}
		return rounds;
	}

	static void print(List<EvalRun.Row> table, boolean json, PrintStream out) {
		JsonMapper mapper = JsonMapper.shared();
		String last = "";
		for (EvalRun.Row row : table) {
			if (json) {
				out.println(mapper.writeValueAsString(node(mapper, row)));
				continue;
			}
			String title = row.split() + ": " + row.what();
			if (!title.equals(last)) {
				out.println();
				out.println(title);
				out.print(String.format(Locale.ROOT, "  %-44s %6s", "", "rows"));
				row.figures().keySet().forEach((name) -> out.print(String.format(Locale.ROOT, "  %-21s", name)));
				out.println();
				last = title;
			}
			out.print(String.format(Locale.ROOT, "  %-44s %6d", row.by() + " " + row.group(), row.rows()));
			row.figures()
				.forEach((name, figure) -> out.print(String.format(Locale.ROOT, "  %-21s", show(row, figure))));
			out.println();
		}
	}

	private static String show(EvalRun.Row row, Intervals.Figure figure) {
		if (!row.what().startsWith("ranking")) {
			return figure.percent();
		}
		return Double.isNaN(figure.low()) && !Double.isNaN(figure.value())
				? String.format(Locale.ROOT, "%.3f", figure.value()) : figure.plain();
	}

	private static ObjectNode node(JsonMapper mapper, EvalRun.Row row) {
		ObjectNode node = mapper.createObjectNode();
		node.put("split", row.split()).put("what", row.what()).put("by", row.by()).put("group", row.group());
		node.put("rows", row.rows());
		for (Map.Entry<String, Intervals.Figure> entry : row.figures().entrySet()) {
			Intervals.Figure figure = entry.getValue();
			ObjectNode one = node.putObject(entry.getKey());
			put(one, "value", figure.value());
			put(one, "low", figure.low());
			put(one, "high", figure.high());
		}
		return node;
	}

	private static void put(ObjectNode node, String name, double value) {
		if (Double.isNaN(value)) {
			node.putNull(name);
		}
		else {
			node.put(name, value);
		}
	}

}
