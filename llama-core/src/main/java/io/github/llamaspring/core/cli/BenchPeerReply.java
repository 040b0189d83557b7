package io.github.llamaspring.core.cli;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a peer printed: the array of llama-bench's {@code -o json}, or the object of our
 * own {@code bench --json}.
 *
 * @param prefill its prompt tests
 * @param decode its generation tests
 */
record BenchPeerReply(List<Test> prefill, List<Test> decode) {

	/** Characters of an unusable answer that are shown. */
	private static final int SHOWN = 120;

	/**
	 * One test.
	 *
	 * @param tokens how many tokens were computed or generated, or {@code UNKNOWN}
	 * @param depth tokens in the context before, or {@code UNKNOWN}
	 * @param threads threads that computed, or {@code UNKNOWN}
	 * @param rates tokens per second of each repetition, at least one
	 */
	record Test(int tokens, int depth, int threads, double[] rates) {

		static final int UNKNOWN = -1;

		boolean is(int wantedTokens, int wantedDepth) {
			return (this.tokens == wantedTokens || this.tokens == UNKNOWN)
					&& (this.depth == wantedDepth || this.depth == UNKNOWN);
		}

	}

	/**
	 * Reads a peer's standard output.
	 * @throws IllegalStateException if it is neither of the two forms
	 */
	static BenchPeerReply parse(String output) {
		JsonNode json;
		try {
			json = JsonMapper.shared().readTree(output);
		}
		catch (JacksonException ex) {
			throw unusable("no JSON", output);
		}
		List<Test> prefill = new ArrayList<>();
		List<Test> decode = new ArrayList<>();
		if (json.isArray()) {
			json.forEach((row) -> addRow(row, prefill, decode, output));
		}
		else if (json.isObject()) {
			addOwn(json, "prefill", "n_prompt", prefill, output);
			addOwn(json, "decode", "n_gen", decode, output);
		}
		if (prefill.isEmpty() && decode.isEmpty()) {
			throw unusable("no prompt or generation test", output);
		}
		return new BenchPeerReply(prefill, decode);
	}

	/** A row with both kinds of tokens is llama-bench's -pg, which mixes the rates. */
	private static void addRow(JsonNode row, List<Test> prefill, List<Test> decode, String output) {
		int prompt = integer(row, "n_prompt", 0);
		int generated = integer(row, "n_gen", 0);
		if (prompt > 0 == generated > 0) {
			return;
		}
		JsonNode samples = row.get("samples_ts");
		double[] rates = rates((samples != null && !samples.isEmpty()) ? samples : row.get("avg_ts"), output);
		(prompt > 0 ? prefill : decode).add(new Test(Math.max(prompt, generated), integer(row, "n_depth", 0),
				integer(row, "n_threads", Test.UNKNOWN), rates));
	}

	private static void addOwn(JsonNode json, String kind, String count, List<Test> tests, String output) {
		JsonNode rate = json.get(kind + "_tps");
		if (rate == null || rate.isNull()) {
			return;
		}
		JsonNode samples = json.get(kind + "_samples");
		tests.add(new Test(integer(json, count, Test.UNKNOWN), integer(json, "n_depth", Test.UNKNOWN),
				integer(json, "threads", Test.UNKNOWN), rates((samples != null) ? samples : rate, output)));
	}

	private static int integer(JsonNode node, String key, int other) {
		JsonNode value = node.get(key);
		return (value != null && value.canConvertToInt()) ? value.intValue() : other;
	}

	private static double[] rates(@Nullable JsonNode node, String output) {
		List<JsonNode> nodes = new ArrayList<>();
		if (node != null && node.isArray()) {
			node.forEach(nodes::add);
		}
		else if (node != null) {
			nodes.add(node);
		}
		double[] rates = nodes.stream().mapToDouble((rate) -> rate.isNumber() ? rate.doubleValue() : 0).toArray();
		for (double rate : rates) {
			if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
				throw unusable("a rate that is no positive number", output);
			}
		}
		if (rates.length == 0) {
			throw unusable("a test without a rate", output);
		}
		return rates;
	}

	private static IllegalStateException unusable(String what, String output) {
		String text = Failures.oneLine(output.substring(0, Math.min(output.length(), SHOWN)));
		return new IllegalStateException(
				"the peer printed %s, where llama-bench's -o json or our bench --json was expected: %s%s"
					.formatted(what, text.isEmpty() ? "nothing at all" : text, (output.length() > SHOWN) ? "…" : ""));
	}

}
