package io.github.llamaspring.guard.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.pii.PiiDetector;

/**
 * {@code eval --pii}: how well personal data is found, by kind. Rows that have
 * {@code spans} ({@code start}, {@code end}, {@code type}) and those labelled
 * {@code benign} count, of all files of a folder that have spans. A span is found where a
 * finding of its kind overlaps it, and exactly where both are the same; a finding that
 * overlaps no span of its kind is false. Kinds the guard does not look for are left out.
 */
final class PiiEval {

	private static final int RESAMPLES = 1000;

	/** Kinds by other names in the data. */
	private static final Map<String, String> SAME = Map.of("DE_PASSPORT", "DE_ID_CARD");

	private final PiiDetector detector = new PiiDetector();

	private final Map<String, List<Counts>> rows = new TreeMap<>();

	void read(Path folder) throws IOException {
		for (Path file : JsonRows.files(folder)) {
			// Harmless texts of other files hold addresses that nobody labelled.
			boolean[] labelled = { false };
			JsonRows.read(file, (row) -> labelled[0] |= row.line().contains("\"spans\""));
			if (labelled[0]) {
				JsonRows.read(file, this::take);
			}
		}
	}

	private void take(JsonRows.Row row) {
		JsonNode node = row.json();
		boolean labelled = node.path("spans").isArray() || node.path("label").asString("").equals("benign");
		if (labelled && node.path("text").isString()) {
			check(node.path("text").stringValue(), node.path("spans"), row.where());
		}
	}

	private void check(String text, JsonNode spans, String where) {
		Map<String, List<int[]>> expected = new TreeMap<>();
		for (JsonNode span : spans) {
			int start = span.path("start").asInt(-1);
			int end = span.path("end").asInt(-1);
			if (start < 0 || end <= start || end > text.length()) {
				throw new GuardCli.UsageException(where + ": no such span: " + start + " to " + end);
			}
			String type = span.path("type").asString("");
			expected.computeIfAbsent(SAME.getOrDefault(type, type), (key) -> new ArrayList<>())
				.add(new int[] { start, end });
		}
		Map<String, List<int[]>> found = new TreeMap<>();
		this.detector.detect(NormText.whole(text), new MatchSink() {

			@Override
			public void match(Match match) {
				found.computeIfAbsent(match.category(), (key) -> new ArrayList<>())
					.add(new int[] { match.start(), match.end() });
			}

			@Override
			public void undecided(int start) {
				// Only in open texts.
			}

			@Override
			public void undecided(int start, String category) {
				// Only in open texts.
			}
		});
		for (String kind : PiiDetector.KINDS) {
			List<int[]> wanted = expected.getOrDefault(kind, List.of());
			List<int[]> got = found.getOrDefault(kind, List.of());
			if (!wanted.isEmpty() || !got.isEmpty()) {
				this.rows.computeIfAbsent(kind, (key) -> new ArrayList<>()).add(Counts.of(wanted, got));
			}
		}
	}

	void print(boolean json, PrintStream out) {
		if (!json) {
			out.println(String.format(Locale.ROOT, "%-20s %6s  %-21s  %-21s  %-21s  %-21s", "personal data", "spans",
					"precision", "recall", "F1", "exact, of those found"));
		}
		for (Map.Entry<String, List<Counts>> entry : this.rows.entrySet()) {
			Counts all = Counts.sum(entry.getValue());
			Intervals.Figure precision = Intervals.share(all.found - all.wrong, all.found);
			Intervals.Figure recall = Intervals.share(all.hit, all.wanted);
			Intervals.Figure f1 = f1(entry.getValue());
			Intervals.Figure exact = Intervals.share(all.exact, all.hit);
			if (json) {
				ObjectNode node = JsonMapper.shared().createObjectNode().put("kind", entry.getKey());
				node.put("spans", all.wanted).put("found", all.found);
				put(node.putObject("precision"), precision);
				put(node.putObject("recall"), recall);
				put(node.putObject("f1"), f1);
				put(node.putObject("exact"), exact);
				out.println(JsonMapper.shared().writeValueAsString(node));
			}
			else {
				out.println(String.format(Locale.ROOT, "%-20s %6d  %-21s  %-21s  %-21s  %-21s", entry.getKey(),
						all.wanted, precision.percent(), recall.percent(), f1.plain(), exact.percent()));
			}
		}
	}

	private static void put(ObjectNode node, Intervals.Figure figure) {
		if (Double.isNaN(figure.value())) {
			node.putNull("value").putNull("low").putNull("high");
		}
		else {
			node.put("value", figure.value()).put("low", figure.low()).put("high", figure.high());
		}
	}

	/** The interval is that of rows drawn again, 1,000 times. */
	private static Intervals.Figure f1(List<Counts> rows) {
		Random random = new Random(1);
		double[] drawn = new double[RESAMPLES];
		for (int i = 0; i < RESAMPLES; i++) {
			List<Counts> some = new ArrayList<>(rows.size());
			for (int k = 0; k < rows.size(); k++) {
				some.add(rows.get(random.nextInt(rows.size())));
			}
			drawn[i] = Counts.sum(some).f1();
		}
		Arrays.sort(drawn);
		return new Intervals.Figure(Counts.sum(rows).f1(), drawn[RESAMPLES / 40],
				drawn[RESAMPLES - 1 - RESAMPLES / 40]);
	}

	/**
	 * Of one row and kind.
	 *
	 * @param wanted spans
	 * @param hit spans that are found
	 * @param exact those of the same place
	 * @param found findings
	 * @param wrong findings that overlap no span
	 */
	private record Counts(int wanted, int hit, int exact, int found, int wrong) {

		static Counts of(List<int[]> wanted, List<int[]> got) {
			int hit = 0;
			int exact = 0;
			for (int[] span : wanted) {
				hit += got.stream().anyMatch((other) -> overlap(span, other)) ? 1 : 0;
				exact += got.stream().anyMatch((other) -> Arrays.equals(span, other)) ? 1 : 0;
			}
			int wrong = 0;
			for (int[] span : got) {
				wrong += wanted.stream().noneMatch((other) -> overlap(span, other)) ? 1 : 0;
			}
			return new Counts(wanted.size(), hit, exact, got.size(), wrong);
		}

		private static boolean overlap(int[] one, int[] other) {
			return one[0] < other[1] && other[0] < one[1];
		}

		static Counts sum(List<Counts> rows) {
			int[] all = new int[5];
			for (Counts row : rows) {
				all[0] += row.wanted;
				all[1] += row.hit;
				all[2] += row.exact;
				all[3] += row.found;
				all[4] += row.wrong;
			}
			return new Counts(all[0], all[1], all[2], all[3], all[4]);
		}

		double f1() {
			double both = 2.0 * this.hit;
			double errors = this.wrong + (double) (this.wanted - this.hit);
			return (both + errors == 0) ? Double.NaN : both / (both + errors);
		}

	}

}
