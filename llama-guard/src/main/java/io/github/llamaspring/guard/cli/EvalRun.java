package io.github.llamaspring.guard.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

import io.github.llamaspring.guard.Band;
import io.github.llamaspring.guard.Finding;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import io.github.llamaspring.guard.classify.Example;
import io.github.llamaspring.guard.classify.Head;

/**
 * Measures a guard on labelled texts. Personal data is not counted: it says nothing about
 * harm.
 */
final class EvalRun {

	private static final List<String> PERSONAL = List.of("pii.", "secret.");

	/** Share of everyday texts. */
	private static final double EVERYDAY = 0.02;

	/** Everyday texts that give a language a threshold of its own. */
	private static final int ENOUGH = 200;

	private static final List<String> PROMPTS = List.of("benign_prompt", "benign_roleplay");

	private final List<Outcome> outcomes = new ArrayList<>();

	private final List<Row> table = new ArrayList<>();

	/** Checks a text as its stage asks for. */
	void check(Guard guard, Example example) {
		this.outcomes.add(outcome(guard, example));
	}

	private static Outcome outcome(Guard guard, Example example) {
		Verdict verdict = guard.check(example.text(),
				GuardContext.of(example.output() ? Stage.OUTPUT : Stage.INPUT).withLanguage(example.language()));
		Band rules = Band.CLEAR;
		Band all = Band.CLEAR;
		for (Finding finding : verdict.findings()) {
			if (PERSONAL.stream().anyMatch(finding.rule()::startsWith)) {
				continue;
			}
			all = max(all, finding.band());
			if (!finding.rule().startsWith(Head.PREFIX)) {
				rules = max(rules, finding.band());
			}
		}
		Map<Head, Double> scores = new EnumMap<>(Head.class);
		scores.put(Head.HARM, verdict.scores().harm());
		scores.put(Head.INJECTION, verdict.scores().injection());
		scores.put(Head.TOXICITY, verdict.scores().toxicity());
		return new Outcome(example, rules, all, scores);
	}

	private static Band max(Band a, Band b) {
		return (a.compareTo(b) >= 0) ? a : b;
	}

	/**
	 * The table of all that was checked.
	 * @param split its name
	 */
	List<Row> table(String split) {
		for (Head head : Head.values()) {
			detection(split, head, "all", (example) -> "");
			detection(split, head, "language", Example::language);
			detection(split, head, "set", Example::source);
			detection(split, head, "category", Example::category);
		}
		falsePositives(split, "all", (example) -> "");
		falsePositives(split, "language", Example::language);
		falsePositives(split, "set", Example::source);
		for (Head head : Head.values()) {
			ranking(split, head, "all", (example) -> "");
			ranking(split, head, "language", Example::language);
			ranking(split, head, "set", Example::source);
			Map<String, Double> thresholds = thresholds(head);
			atThreshold(split, head, thresholds, "all", (example) -> "");
			atThreshold(split, head, thresholds, "language", Example::language);
			atThreshold(split, head, thresholds, "set", Example::source);
		}
		return List.copyOf(this.table);
	}

	private Map<String, List<Outcome>> groups(Predicate<Example> which, Function<Example, String> by) {
		Map<String, List<Outcome>> groups = new TreeMap<>();
		for (Outcome outcome : this.outcomes) {
			if (which.test(outcome.example())) {
				groups.computeIfAbsent(by.apply(outcome.example()), (key) -> new ArrayList<>()).add(outcome);
			}
		}
		return groups;
	}

	private void detection(String split, Head head, String by, Function<Example, String> group) {
		groups((example) -> example.truth(head) == 1, group)
			.forEach((name, rows) -> this.table.add(reactions(split, "found " + head, by, name, rows)));
	}

	private void falsePositives(String split, String by, Function<Example, String> group) {
		groups(Example::isOrdinary, group)
			.forEach((name, rows) -> this.table.add(reactions(split, "false positives", by, name, rows)));
	}

	private static Row reactions(String split, String what, String by, String name, List<Outcome> rows) {
		Row row = new Row(split, what, by, name, rows.size());
		row.put("rules HIT", count(rows, (outcome) -> outcome.rules() == Band.HIT));
		row.put("rules any", count(rows, (outcome) -> outcome.rules() != Band.CLEAR));
		row.put("all HIT", count(rows, (outcome) -> outcome.all() == Band.HIT));
		row.put("all any", count(rows, (outcome) -> outcome.all() != Band.CLEAR));
		return row;
	}

	private static Intervals.Figure count(List<Outcome> rows, Predicate<Outcome> which) {
		return Intervals.share((int) rows.stream().filter(which).count(), rows.size());
	}

	private void ranking(String split, Head head, String by, Function<Example, String> group) {
		groups((example) -> example.truth(head) >= 0, group).forEach((name, rows) -> {
			List<Outcome> positives = rows.stream().filter((row) -> row.example().truth(head) == 1).toList();
			List<Outcome> negatives = rows.stream().filter((row) -> row.example().truth(head) == 0).toList();
			if (positives.isEmpty() || negatives.isEmpty()) {
				return;
			}
			double[] p = scores(positives, head);
			double[] n = scores(negatives, head);
			Row row = new Row(split, "ranking " + head, by, name, rows.size());
			row.put("AUC", Intervals.auc(p, n));
			row.put("recall at 2% FP", Intervals.recallAt(0.02, p, n));
			row.put("F1 any", plain(f1(positives, negatives, (outcome) -> outcome.all() != Band.CLEAR)));
			row.put("macro-F1 at p 0.5", plain(macro(positives, negatives, (outcome) -> outcome.score(head) >= 0.5)));
			this.table.add(row);
		});
	}

	/** The score that {@value #EVERYDAY} of everyday texts exceed, by language. */
	private Map<String, Double> thresholds(Head head) {
		Map<String, Double> thresholds = new TreeMap<>();
		for (Function<Example, String> by : List.<Function<Example, String>>of(Example::language, (example) -> "")) {
			groups(EvalRun::isEveryday, by).forEach((name, rows) -> {
				if (rows.size() >= ENOUGH || name.isEmpty()) {
					thresholds.put(name, Intervals.threshold(EVERYDAY, scores(rows, head)));
				}
			});
		}
		return thresholds;
	}

	/**
	 * Texts that talk about prompts are no everyday ones to whoever looks for attacks.
	 */
	private static boolean isEveryday(Example example) {
		return example.isOrdinary() && example.isEveryday() && example.source().startsWith("benign_")
				&& PROMPTS.stream().noneMatch(example.source()::startsWith);
	}

	private void atThreshold(String split, Head head, Map<String, Double> thresholds, String by,
			Function<Example, String> group) {
		if (thresholds.isEmpty()) {
			return;
		}
		Predicate<Outcome> above = (row) -> row.score(head) > thresholds.getOrDefault(row.example().language(),
				thresholds.getOrDefault("", 1.0));
		groups((example) -> example.truth(head) == 1 || example.isOrdinary(), group).forEach((name, rows) -> {
			Row row = new Row(split, "at 2% of everyday texts " + head, by, name, rows.size());
			row.put("found", share(rows, (example) -> example.truth(head) == 1, above));
			row.put("everyday", share(rows, EvalRun::isEveryday, above));
			row.put("other benign", share(rows, (example) -> example.isOrdinary() && !isEveryday(example), above));
			this.table.add(row);
		});
	}

	private static Intervals.Figure share(List<Outcome> rows, Predicate<Example> of, Predicate<Outcome> which) {
		return count(rows.stream().filter((row) -> of.test(row.example())).toList(), which);
	}

	private static double[] scores(List<Outcome> rows, Head head) {
		return rows.stream().mapToDouble((row) -> row.score(head)).toArray();
	}

	private static Intervals.Figure plain(double value) {
		return new Intervals.Figure(value, Double.NaN, Double.NaN);
	}

	private static double f1(List<Outcome> positives, List<Outcome> negatives, Predicate<Outcome> found) {
		double hits = positives.stream().filter(found).count();
		double wrong = negatives.stream().filter(found).count();
		return (hits == 0) ? 0 : 2 * hits / (positives.size() + hits + wrong);
	}

	private static double macro(List<Outcome> positives, List<Outcome> negatives, Predicate<Outcome> found) {
		return (f1(positives, negatives, found) + f1(negatives, positives, found.negate())) / 2;
	}

	/**
	 * What a guard said of a text.
	 */
	private record Outcome(Example example, Band rules, Band all, Map<Head, Double> scores) {

		double score(Head head) {
			return this.scores.getOrDefault(head, 0.0);
		}

	}

	/**
	 * A line of the table.
	 */
	record Row(String split, String what, String by, String group, int rows, Map<String, Intervals.Figure> figures) {

		Row(String split, String what, String by, String group, int rows) {
			this(split, what, by, group, rows, new java.util.LinkedHashMap<>());
		}

		void put(String name, Intervals.Figure figure) {
			this.figures.put(name, figure);
		}

	}

}
