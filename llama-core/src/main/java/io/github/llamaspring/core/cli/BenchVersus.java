package io.github.llamaspring.core.cli;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A peer's figures beside ours, gathered run by run. Used by one thread.
 */
final class BenchVersus {

	/** A 13B model's load and 512 prompt tokens take a slow machine minutes. */
	private static final int TIMEOUT_SECONDS = 1800;

	private static final int MOST_SECONDS = 86_400;

	private final String command;

	private final BenchPeer peer;

	private final Side prefill = new Side("pp");

	private final Side decode = new Side("tg");

	private BenchVersus(String command, Duration timeout) {
		this.command = command;
		this.peer = new BenchPeer(command, timeout);
	}

	/**
	 * The peer that the arguments name, or null.
	 */
	static @Nullable BenchVersus of(Arguments arguments) {
		int seconds = arguments.integer("--peer-timeout", TIMEOUT_SECONDS);
		if (seconds < 1 || seconds > MOST_SECONDS) {
			throw new UsageException(
					"option --peer-timeout: %d is out of 1 to %d seconds".formatted(seconds, MOST_SECONDS));
		}
		String command = arguments.value("--vs-peer").orElse(null);
		if (command == null && arguments.has("--peer-timeout")) {
			throw new UsageException("option --peer-timeout goes with --vs-peer");
		}
		return (command != null) ? new BenchVersus(command, Duration.ofSeconds(seconds)) : null;
	}

	/**
	 * Runs the peer once.
	 * @throws IllegalStateException if it fails, or measures nothing that we do
	 */
	void run(BenchTest ours, int threads, Console console) {
		BenchPeerReply reply = this.peer.run(console);
		boolean any = this.prefill.add(reply.prefill(), ours.prompt(), ours.depth(), threads, console);
		any |= this.decode.add(reply.decode(), ours.generated(), ours.depth(), threads, console);
		if (!any) {
			throw new IllegalStateException(
					"the peer measured none of our tests (%s): give both the same numbers of tokens"
						.formatted((ours.prompt() == 0) ? ours.generatedName() : (ours.generated() == 0)
								? ours.promptName() : ours.promptName() + ", " + ours.generatedName()));
		}
		console.note("peer:" + this.prefill.last() + this.decode.last());
	}

	String command() {
		return this.command;
	}

	BenchSamples prefill() {
		return this.prefill.samples;
	}

	BenchSamples decode() {
		return this.decode.samples;
	}

	/**
	 * Our median in theirs, or null where one of both is missing.
	 */
	static @Nullable Double ratio(BenchSamples ours, BenchSamples theirs) {
		return (ours.isEmpty() || theirs.isEmpty()) ? null : ours.median() / theirs.median();
	}

	ObjectNode json() {
		ObjectNode json = Console.object();
		json.put("command", this.command);
		this.prefill.into(json, "prefill", "n_prompt");
		this.decode.into(json, "decode", "n_gen");
		return json;
	}

	/** One kind of test. */
	private static final class Side {

		private final String kind;

		private final BenchSamples samples = new BenchSamples();

		private BenchPeerReply.@Nullable Test latest;

		Side(String kind) {
			this.kind = kind;
		}

		boolean add(List<BenchPeerReply.Test> tests, int tokens, int depth, int threads, Console console) {
			BenchPeerReply.Test test = (tokens > 0) ? choose(tests, tokens, depth) : null;
			if (test == null) {
				return false;
			}
			if (this.latest == null) {
				noteDifferences(test, tokens, depth, threads, console);
			}
			this.latest = test;
			this.samples.add(test.rates());
			return true;
		}

		private BenchPeerReply.@Nullable Test choose(List<BenchPeerReply.Test> tests, int tokens, int depth) {
			for (BenchPeerReply.Test test : tests) {
				if (test.is(tokens, depth)) {
					return test;
				}
			}
			// A single other one is what the user wants compared; the note says so.
			return (tests.size() == 1) ? tests.getFirst() : null;
		}

		private void noteDifferences(BenchPeerReply.Test test, int tokens, int depth, int threads, Console console) {
			if (!test.is(tokens, depth)) {
				console.note("note: the peer measured %s where we measure %s".formatted(
						BenchTest.name(this.kind, test.tokens(), test.depth()),
						BenchTest.name(this.kind, tokens, depth)));
			}
			if (test.threads() != BenchPeerReply.Test.UNKNOWN && test.threads() != threads) {
				console.note("note: the peer runs %d threads where we run %d".formatted(test.threads(), threads));
			}
		}

		String last() {
			BenchPeerReply.Test test = this.latest;
			if (test == null) {
				return "";
			}
			BenchSamples rates = new BenchSamples();
			rates.add(test.rates());
			return " %s %.2f tok/s".formatted(BenchTest.name(this.kind, test.tokens(), test.depth()), rates.median());
		}

		void into(ObjectNode json, String name, String count) {
			BenchPeerReply.Test test = this.latest;
			if (test != null) {
				json.put(name + "_tps", this.samples.median());
				BenchReport.array(json, name + "_samples", this.samples);
				if (test.tokens() != BenchPeerReply.Test.UNKNOWN) {
					json.put(count, test.tokens());
				}
				if (test.depth() != BenchPeerReply.Test.UNKNOWN) {
					json.put("n_depth", test.depth());
				}
				if (test.threads() != BenchPeerReply.Test.UNKNOWN) {
					json.put("threads", test.threads());
				}
			}
		}

	}

}
