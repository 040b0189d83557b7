package io.github.llamaspring.guard.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;

import io.github.llamaspring.guard.classify.Example;
import io.github.llamaspring.guard.semantic.MeaningSpace;
import io.github.llamaspring.guard.semantic.SentenceVectors;
import io.github.llamaspring.guard.semantic.TopicDetector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * {@code eval --topics}: how well topics are told by examples in one language from texts
 * in the others, each language in turn. Rows have {@code topic}, {@code lang},
 * {@code role} ({@code example}, {@code counter}, {@code test}: on the topic,
 * {@code near}: a near miss) and {@code text}; topics whose rows say {@code dev} are
 * counted by themselves. The intervals are those of texts drawn again, 1,000 times: a
 * text counts once for each language of the examples.
 */
final class TopicEval {

	private static final Set<String> ROLES = Set.of("example", "counter", "test", "near");

	/** What a policy has where it names none. */
	private static final double SHIPPED = 0.5;

	private static final double FALSE_POSITIVES = 0.02;

	private static final int RESAMPLES = 1000;

	private final List<Text> texts;

	private final List<String> everyday;

	private final Map<Told, List<Trial>> trials = new TreeMap<>();

	/**
	 * @param data everyday texts of its in-domain split, in the languages of the topics,
	 * show what is found wrongly
	 */
	TopicEval(List<Text> texts, List<Example> data) {
		this.texts = texts;
		Set<String> languages = texts.stream().map(Text::language).collect(Collectors.toSet());
		this.everyday = data.stream()
			.filter((example) -> example.split() == Example.Split.IN_DOMAIN && example.label().equals("benign")
					&& example.isEveryday() && languages.contains(example.language()))
			.map(Example::text)
			.toList();
	}

	/**
	 * Reads the texts of topics.
	 */
	static List<Text> read(Path file) throws IOException {
		List<Text> texts = new ArrayList<>();
		JsonRows.read(file, (row) -> {
			JsonNode node = row.json();
			String role = row.text(node, "role");
			if (!ROLES.contains(role)) {
				throw new GuardCli.UsageException(
						row.where() + ": role is " + role + ", but must be one of example, counter, test, near");
			}
			texts.add(new Text(row.text(node, "topic"), row.text(node, "lang"), role, row.text(node, "text"),
					node.path("dev").asBoolean(false)));
		});
		if (texts.stream().noneMatch((text) -> text.role.equals("example"))) {
			throw new GuardCli.UsageException(file + " has no example of a topic");
		}
		return texts;
	}

	/**
	 * Judges every text and makes the table.
	 */
	List<EvalRun.Row> table(MeaningSpace space, SentenceVectors vectors) {
		List<Told> told = this.texts.stream()
			.filter((text) -> text.role.equals("example"))
			.map((text) -> new Told(text.topic, text.language, text.dev))
			.distinct()
			.sorted()
			.toList();
		TopicDetector detector = new TopicDetector(space, vectors,
				told.stream()
					.map((one) -> new TopicDetector.Examples(one.name(), one.topic, texts(one, "example"),
							texts(one, "counter"), 0))
					.toList());
		List<Map<String, Double>> ordinary = this.everyday.stream().map((text) -> scores(detector, text)).toList();
		Map<String, Double> swept = new HashMap<>();
		for (Told one : told) {
			this.trials.put(one, new ArrayList<>());
			swept.put(one.name(), threshold(ordinary, one.name()));
			for (int i = 0; i < ordinary.size(); i++) {
				add(one, "everyday", i, ordinary.get(i), swept);
			}
		}
		for (int i = 0; i < this.texts.size(); i++) {
			Text text = this.texts.get(i);
			if (text.role.equals("test") || text.role.equals("near")) {
				Map<String, Double> scores = scores(detector, text.text);
				for (Told one : told) {
					if (one.topic.equals(text.topic) && !one.language.equals(text.language)) {
						add(one, text.role, i, scores, swept);
					}
				}
			}
		}
		List<EvalRun.Row> table = new ArrayList<>();
		rows(table, "found by examples", false);
		rows(table, "found by examples, topics the method was chosen on", true);
		return table;
	}

	private List<String> texts(Told told, String role) {
		return this.texts.stream()
			.filter((text) -> text.topic.equals(told.topic) && text.language.equals(told.language)
					&& text.role.equals(role))
			.map(Text::text)
			.toList();
	}

	private static Map<String, Double> scores(TopicDetector detector, String text) {
		Map<String, Double> scores = new HashMap<>();
		detector.detect(NormText.whole(text), new MatchSink() {

			@Override
			public void match(Match match) {
				scores.put(match.rule().substring(TopicDetector.PREFIX.length()), match.score());
			}

			@Override
			public void undecided(int start) {
				// Only in open texts.
			}
		});
		return scores;
	}

	/** What this share of everyday texts exceeds; none exceed infinity. */
	private static double threshold(List<Map<String, Double>> ordinary, String name) {
		double[] sorted = ordinary.stream().mapToDouble((scores) -> scores.getOrDefault(name, 0.0)).sorted().toArray();
		return (sorted.length > 0) ? sorted[sorted.length - 1 - (int) (FALSE_POSITIVES * sorted.length)]
				: Double.POSITIVE_INFINITY;
	}

	private void add(Told told, String role, int text, Map<String, Double> scores, Map<String, Double> swept) {
		double score = scores.getOrDefault(told.name(), 0.0);
		this.trials.computeIfAbsent(told, (key) -> new ArrayList<>())
			.add(new Trial(role, text, score > swept.getOrDefault(told.name(), Double.POSITIVE_INFINITY),
					score >= SHIPPED));
	}

	private void rows(List<EvalRun.Row> table, String what, boolean dev) {
		List<Told> told = this.trials.keySet().stream().filter((one) -> one.dev == dev).toList();
		if (!told.isEmpty()) {
			table.add(row(what, "all", "", told));
			rows(table, what, "topic", told, Told::topic);
			rows(table, what, "examples in", told, Told::language);
		}
	}

	private void rows(List<EvalRun.Row> table, String what, String by, List<Told> told, Function<Told, String> group) {
		told.stream()
			.collect(Collectors.groupingBy(group, TreeMap::new, Collectors.toList()))
			.forEach((name, some) -> table.add(row(what, by, name, some)));
	}

	private EvalRun.Row row(String what, String by, String name, List<Told> told) {
		int tests = (int) told.stream()
			.flatMap((one) -> this.trials.getOrDefault(one, List.of()).stream())
			.filter((trial) -> trial.role.equals("test"))
			.count();
		EvalRun.Row row = new EvalRun.Row("topics", what, by, name, tests);
		if (!this.everyday.isEmpty()) {
			row.put("at 2% FP", share(told, "test", Trial::atSwept));
			row.put("near misses", share(told, "near", Trial::atSwept));
		}
		row.put("at 0.5", share(told, "test", Trial::atShipped));
		row.put("near misses at 0.5", share(told, "near", Trial::atShipped));
		if (!this.everyday.isEmpty()) {
			row.put("everyday at 0.5", share(told, "everyday", Trial::atShipped));
		}
		return row;
	}

	private Intervals.Figure share(List<Told> told, String role, Function<Trial, Boolean> found) {
		Map<Integer, int[]> texts = new TreeMap<>();
		for (Told one : told) {
			for (Trial trial : this.trials.getOrDefault(one, List.of())) {
				if (trial.role.equals(role)) {
					int[] counts = texts.computeIfAbsent(trial.text, (key) -> new int[2]);
					counts[0] += found.apply(trial) ? 1 : 0;
					counts[1]++;
				}
			}
		}
		if (texts.isEmpty()) {
			return new Intervals.Figure(Double.NaN, Double.NaN, Double.NaN);
		}
		List<int[]> counts = List.copyOf(texts.values());
		Random random = new Random(1);
		double[] drawn = new double[RESAMPLES];
		for (int i = 0; i < RESAMPLES; i++) {
			int[] sum = new int[2];
			for (int k = 0; k < counts.size(); k++) {
				int[] one = counts.get(random.nextInt(counts.size()));
				sum[0] += one[0];
				sum[1] += one[1];
			}
			drawn[i] = sum[0] / (double) sum[1];
		}
		Arrays.sort(drawn);
		return new Intervals.Figure(mean(counts), drawn[RESAMPLES / 40], drawn[RESAMPLES - 1 - RESAMPLES / 40]);
	}

	private static double mean(Collection<int[]> counts) {
		int[] sum = new int[2];
		counts.forEach((one) -> {
			sum[0] += one[0];
			sum[1] += one[1];
		});
		return sum[0] / (double) sum[1];
	}

	/**
	 * A text about a topic.
	 *
	 * @param role example, counter, test or near
	 * @param dev whether the method was chosen on its topic
	 */
	record Text(String topic, String language, String role, String text, boolean dev) {
	}

	/**
	 * A topic, told by the examples of one language.
	 */
	private record Told(String topic, String language, boolean dev) implements Comparable<Told> {

		String name() {
			return this.topic + "|" + this.language;
		}

		@Override
		public int compareTo(Told other) {
			return name().compareTo(other.name());
		}

	}

	/**
	 * What one text got of one topic.
	 *
	 * @param atSwept found above the score that 2 % of everyday texts exceed
	 * @param atShipped found as a policy without a threshold does
	 */
	private record Trial(String role, int text, boolean atSwept, boolean atShipped) {
	}

}
