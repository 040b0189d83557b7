package io.github.llamaspring.guard.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.llamaspring.guard.classify.Example;
import io.github.llamaspring.guard.classify.Heads;

/**
 * How often the language of a text is told right, by its length. Other languages than the
 * five are right where none of these is told. Lists of single words are left out.
 */
final class LanguageEval {

	private static final List<String> FIVE = List.of("en", "de", "pt", "es", "fr");

	private static final int[] LENGTHS = { 10, 40, 100 };

	private final Map<String, int[]> counts = new TreeMap<>();

	void check(Heads heads, Example example) {
		if (example.source().startsWith("words_")) {
			return;
		}
		boolean known = FIVE.contains(example.language());
		boolean right = heads.language(example.text()).equals(known ? example.language() : "");
		String length = length(example.text().length());
		count("length|" + length + (known ? ", the five languages" : ", others"), right);
		count("language|" + example.language() + ", " + length, right);
	}

	private void count(String group, boolean right) {
		int[] count = this.counts.computeIfAbsent(group, (key) -> new int[2]);
		count[0] += right ? 1 : 0;
		count[1]++;
	}

	private static String length(int length) {
		for (int i = 0; i < LENGTHS.length; i++) {
			if (length < LENGTHS[i]) {
				return (i == 0) ? "below 10" : LENGTHS[i - 1] + " to " + (LENGTHS[i] - 1);
			}
		}
		return "from 100";
	}

	List<EvalRun.Row> table(String split) {
		List<EvalRun.Row> table = new ArrayList<>();
		for (String by : List.of("length", "language")) {
			this.counts.forEach((group, count) -> {
				if (group.startsWith(by + "|")) {
					EvalRun.Row row = new EvalRun.Row(split, "language told", by, group.substring(by.length() + 1),
							count[1]);
					row.put("right", Intervals.share(count[0], count[1]));
					table.add(row);
				}
			});
		}
		return table;
	}

}
