package io.github.llamaspring.guard.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import io.github.llamaspring.guard.Band;
import io.github.llamaspring.guard.Finding;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Turn;
import io.github.llamaspring.guard.Verdict;
import io.github.llamaspring.guard.classify.Example;
import io.github.llamaspring.guard.digest.Sha256;

/**
 * {@code eval --conversations}: how well the guard does on messages together with those
 * before them. A folder's rows with {@code turns} are conversations ({@code label}
 * harmful or benign), those with {@code refused} and {@code text} are a refused message
 * and the next one ({@code label} rephrase or other). By the hash of its id a row belongs
 * to the development half, on which constants were chosen, or to the held-out one. With
 * labelled texts beside, benign rows of one source and language that no head was trained
 * on are chained to ordinary conversations.
 */
final class ConversationEval {

	/** Messages of an ordinary conversation. */
	private static final int CHAIN = 6;

	private static final List<String> PERSONAL = List.of("pii.", "secret.");

	private static final String DRIFT = "conversation.drift";

	private static final String REPHRASE = "conversation.rephrase";

	private final Guard guard;

	private final List<Outcome> conversations = new ArrayList<>();

	private final List<Outcome> pairs = new ArrayList<>();

	private ConversationEval(Guard guard) {
		this.guard = guard;
	}

	/**
	 * Checks all rows.
	 * @param data folder of labelled texts; null without
	 */
	static ConversationEval of(Path folder, @Nullable Path data, @Nullable Encoders encoders) throws IOException {
		Guard.Builder builder = Guard.builder();
		if (encoders != null) {
			encoders.on(builder);
		}
		ConversationEval eval = new ConversationEval(builder.build());
		for (Path file : JsonRows.files(folder)) {
			JsonRows.read(file, eval::read);
		}
		if (data != null) {
			eval.chain(Corpus.read(data, null));
		}
		return eval;
	}

	private void read(JsonRows.Row line) {
		JsonNode row = line.json();
		String split = (Sha256.bytes(line.text(row, "id"))[0] & 1) == 0 ? "development" : "held-out";
		String label = line.text(row, "label");
		String language = line.text(row, "lang");
		if (row.has("turns")) {
			List<String> turns = new ArrayList<>();
			row.get("turns").forEach((turn) -> turns.add(turn.asString("")));
			this.conversations.add(conversation(split, label, language, turns));
		}
		else {
			this.pairs.add(pair(split, label, language, line.text(row, "refused"), line.text(row, "text")));
		}
	}

	private void chain(List<Example> examples) {
		Map<String, List<Example>> groups = new TreeMap<>();
		for (Example example : examples) {
			if (example.split() == Example.Split.IN_DOMAIN && example.label().equals("benign") && !example.output()) {
				groups.computeIfAbsent(example.source() + " " + example.language(), (key) -> new ArrayList<>())
					.add(example);
			}
		}
		groups.forEach((name, rows) -> {
			rows.sort(Comparator.comparing((Example row) -> Sha256.hex(row.text())));
			for (int i = 0; i + CHAIN <= rows.size(); i += CHAIN) {
				this.conversations.add(conversation("chained", "ordinary", rows.get(i).language(),
						rows.subList(i, i + CHAIN).stream().map(Example::text).toList()));
			}
		});
	}

	private Outcome conversation(String split, String label, String language, List<String> turns) {
		List<Turn> history = new ArrayList<>();
		boolean alone = false;
		boolean together = false;
		for (String text : turns) {
			Verdict verdict = check(text, language, history);
			together |= verdict.findings().stream().anyMatch((finding) -> finding.rule().equals(DRIFT));
			alone |= verdict.findings().stream().anyMatch(ConversationEval::isOfOneMessage);
			history.add(new Turn(text, "", verdict.action().withholds()));
		}
		return new Outcome(split, label, language, alone, together);
	}

	private Outcome pair(String split, String label, String language, String refused, String text) {
		Verdict verdict = check(text, language, List.of(Turn.refused(refused)));
		return new Outcome(split, label, language,
				verdict.findings().stream().anyMatch(ConversationEval::isOfOneMessage),
				verdict.findings().stream().anyMatch((finding) -> finding.rule().equals(REPHRASE)));
	}

	private Verdict check(String text, String language, List<Turn> history) {
		return this.guard.check(text, GuardContext.of(Stage.INPUT).withLanguage(language).withHistory(history));
	}

	private static boolean isOfOneMessage(Finding finding) {
		return finding.band() != Band.CLEAR && !finding.rule().startsWith("conversation.")
				&& PERSONAL.stream().noneMatch(finding.rule()::startsWith);
	}

	List<EvalRun.Row> table() {
		List<EvalRun.Row> table = new ArrayList<>();
		rows(table, this.conversations, "conversations with a finding", "drift");
		rows(table, this.pairs, "messages after a refusal with a finding", "rephrase");
		return table;
	}

	private static void rows(List<EvalRun.Row> table, List<Outcome> outcomes, String what, String rule) {
		for (String split : outcomes.stream().map(Outcome::split).distinct().sorted().toList()) {
			List<Outcome> some = outcomes.stream().filter((outcome) -> outcome.split().equals(split)).toList();
			add(table, split, what, rule, "label", some, Outcome::label);
			add(table, split, what, rule, "language", some, (outcome) -> outcome.label() + " " + outcome.language());
		}
	}

	private static void add(List<EvalRun.Row> table, String split, String what, String rule, String by,
			List<Outcome> outcomes, Function<Outcome, String> group) {
		Map<String, List<Outcome>> groups = new TreeMap<>();
		outcomes.forEach(
				(outcome) -> groups.computeIfAbsent(group.apply(outcome), (key) -> new ArrayList<>()).add(outcome));
		groups.forEach((name, rows) -> {
			EvalRun.Row row = new EvalRun.Row(split, what, by, name, rows.size());
			row.put("one message", share(rows, Outcome::alone));
			row.put(rule, share(rows, Outcome::together));
			row.put(rule + " only", share(rows, (outcome) -> outcome.together() && !outcome.alone()));
			row.put("any", share(rows, (outcome) -> outcome.alone() || outcome.together()));
			table.add(row);
		});
	}

	private static Intervals.Figure share(List<Outcome> rows, Predicate<Outcome> which) {
		return Intervals.share((int) rows.stream().filter(which).count(), rows.size());
	}

	/**
	 * What a guard said of a conversation.
	 *
	 * @param alone whether there is a finding in a message by itself
	 * @param together whether there is one for what came before
	 */
	private record Outcome(String split, String label, String language, boolean alone, boolean together) {
	}

}
