package io.github.llamaspring.core.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bench as a process, on a made-up model; the peers are shell scripts.
 */
@Tag("other-process")
class BenchCommandTests {

	@TempDir
	static Path folder;

	private static Path model;

	@BeforeAll
	static void writeModel() throws Exception {
		model = folder.resolve("m.gguf");
		CliRun run = CliRun.of("", List.of("synth", "tiny", "q4_0", model.toString()));
		assertThat(run.exit()).as(run.errors()).isZero();
	}

	@Test
	void printsEveryKeyOfTheContractAndMore() throws Exception {
		JsonNode json = json(bench("-p", "8", "-g", "4", "-r", "2", "--threads", "2", "--json"));
		for (String key : List.of("prefill_tps", "decode_tps", "decode_gbps", "prefill_gmacs", "read_gbps",
				"bandwidth_share", "load_ms", "start_to_first_token_ms", "first_request_ms", "tenth_request_ms",
				"weight_bytes", "weight_bytes_per_token", "cache_bytes")) {
			assertThat(json.get(key).doubleValue()).as(key).isPositive();
		}
		assertThat(json.get("threads").intValue()).isEqualTo(2);
		assertThat(json.get("cpu").stringValue()).isNotEmpty();
		assertThat(json.get("kernel").stringValue()).startsWith("vector");
		assertThat(json.get("prefill_samples").size()).isEqualTo(2);
		assertThat(json.get("n_prompt").intValue()).isEqualTo(8);
		assertThat(json.get("n_gen").intValue()).isEqualTo(4);
		assertThat(json.has("peer")).isFalse();
		// Rates times what the shapes say.
		long matrix = 512L * 512;
		double macs = 4 * (2 * matrix + matrix + 3 * 512L * 1536) + 512L * 32_000 / 8.0;
		assertThat(json.get("prefill_gmacs").doubleValue() / json.get("prefill_tps").doubleValue() * 1e9)
			.isBetween(macs * 0.999, macs * 1.001);
		double read = json.get("decode_gbps").doubleValue() / json.get("read_gbps").doubleValue();
		assertThat(json.get("bandwidth_share").doubleValue()).isBetween(read * 0.999, read * 1.001);
		if (Files.exists(Path.of("/proc/self/status"))) {
			long loaded = json.get("peak_rss_after_load_bytes").longValue();
			assertThat(loaded).isGreaterThan(json.get("weight_bytes").longValue());
			assertThat(json.get("peak_rss_bytes").longValue()).isGreaterThanOrEqualTo(loaded);
		}
	}

	@Test
	void clampsWhatTheContextCannotHold() throws Exception {
		CliRun run = bench("-p", "1100", "-g", "1", "-r", "1", "--json");
		assertThat(run.errors()).contains("note: -p 1024 instead of 1100");
		assertThat(json(run).get("n_prompt").intValue()).isEqualTo(1024);
		run = bench("-p", "8", "-g", "8", "-d", "2000", "-r", "1", "--json");
		assertThat(run.errors()).contains("note: -d 1022 instead of 2000", "note: -p 2 instead of 8",
				"note: -g 2 instead of 8");
		assertThat(json(run).get("n_depth").intValue()).isEqualTo(1022);
	}

	@Test
	void measuresDecodingBehindAContextAndWithoutOne() throws Exception {
		CliRun run = bench("-p", "0", "-g", "4", "-d", "100", "-r", "1", "--json");
		JsonNode json = json(run);
		assertThat(json.get("prefill_tps").isNull()).isTrue();
		double ratio = json.get("decode_tps").doubleValue() / json.get("decode_tps_at_0").doubleValue();
		assertThat(json.get("depth_ratio").doubleValue()).isBetween(ratio * 0.999, ratio * 1.001);
		assertThat(run.errors()).contains("tg4 @ d100");
	}

	@Test
	void textNamesTheTestsAsLlamaBenchDoes() throws Exception {
		CliRun run = bench("-p", "8", "-g", "4", "-d", "3", "-r", "1");
		assertThat(run.out()).contains("| pp8 @ d3 ", "| tg4 @ d3 ", "| tg4  ", "GMAC/s", "GB/s of weights",
				"first request");
	}

	@Test
	void wrongUsageIsFoundBeforeTheModelIsLoaded() throws Exception {
		for (List<String> wrong : List.of(List.of("-p", "0", "-g", "0"), List.of("-d", "-1"), List.of("-r", "0"),
				List.of("--peer-timeout", "3"), List.of("--vs-peer", "x", "--peer-timeout", "0"),
				List.of("--vs-peer", "a 'b"), List.of("--vs-peer", "A=b"), List.of("--vs-peer", "true | cat"))) {
			List<String> arguments = new ArrayList<>(List.of("bench", "none.gguf"));
			arguments.addAll(wrong);
			CliRun run = CliRun.of("", arguments);
			assertThat(run.exit()).as("%s", wrong).isEqualTo(2);
			assertThat(run.errors()).startsWith("error: ").contains("usage: llama");
		}
	}

	@Test
	void runsAPeerInTurnsAndPrintsRatiosOfMedians() throws Exception {
		Path log = folder.resolve("turns");
		Path peer = script("peer.sh", """
				echo noise >&2
				echo "$PEER_NAME $1" >> %s
				cat <<'END'
				%s
				END
				""".formatted(log, BenchPeerReplyTests.LLAMA_BENCH));
		CliRun run = bench("-p", "16", "-g", "4", "-d", "8", "-r", "3", "--threads", "1", "--json", "--vs-peer",
				"PEER_NAME='a b' sh '" + peer + "' \"c d\"");
		JsonNode json = json(run);
		assertThat(Files.readString(log)).isEqualTo("a b c d\n".repeat(3));
		List<String> turns = run.errors().lines().filter((line) -> line.matches("(run|peer).*")).toList();
		assertThat(turns).hasSize(6);
		for (int i = 0; i < 6; i++) {
			assertThat(turns.get(i)).startsWith((i % 2 == 0) ? "run " + (i / 2 + 1) : "peer: pp16 300");
		}
		assertThat(run.errors()).doesNotContain("noise")
			.contains("note: the peer measured pp16 where we measure pp16 @ d8")
			.contains("note: the peer runs 2 threads where we run 1");
		JsonNode theirs = json.get("peer");
		assertThat(theirs.get("prefill_tps").doubleValue()).isEqualTo(300.5);
		assertThat(theirs.get("prefill_samples").size()).isEqualTo(6);
		assertThat(theirs.get("decode_tps").doubleValue()).isEqualTo(20);
		assertThat(json.get("prefill_ratio").doubleValue()).isEqualTo(json.get("prefill_tps").doubleValue() / 300.5);
		assertThat(json.get("decode_ratio").doubleValue()).isEqualTo(json.get("decode_tps").doubleValue() / 20);
	}

	@Test
	void takesItsOwnBenchAsAPeer() throws Exception {
		CliRun own = bench("-p", "4", "-g", "2", "-r", "1", "--json");
		Path answer = Files.writeString(folder.resolve("own.json"), own.out());
		CliRun run = bench("-p", "4", "-g", "2", "-r", "1", "--vs-peer", "cat '" + answer + "'");
		assertThat(run.exit()).as(run.errors()).isZero();
		assertThat(run.out()).contains("| peer prompt", "prefill / peer", "decode / peer");
	}

	@Test
	void aPeerThatFailsShowsItsErrorsAndEndsTheRun() throws Exception {
		failure("'sh' failed with exit status 3", "sh -c 'echo no such model >&2; exit 3'")
			.contains("peer: no such model");
		failure("no JSON", "echo garbage").contains("garbage");
		failure("nothing at all", "true");
		failure("none of our tests (pp4, tg2)",
				"echo '[{\"n_prompt\":5,\"n_gen\":0,\"avg_ts\":1}," + "{\"n_prompt\":6,\"n_gen\":0,\"avg_ts\":1}]'");
		failure("there is no such program", "no-such-program-anywhere");
		failure("there is no such program", folder.resolve("none").toString());
	}

	@Test
	void aFloodFromThePeerIsDrainedAndBounded() throws Exception {
		failure("no JSON", "sh -c 'yes | head -c 30000000; yes | head -c 30000000 >&2'");
	}

	@Test
	void aPeerThatHangsIsEndedWithItsChildren() throws Exception {
		Path pids = folder.resolve("hanging");
		Path peer = script("hang.sh", "sleep 600 & echo $$ $! > %s; wait".formatted(pids));
		failure("did not end within 10 s", "sh '" + peer + "'", "--peer-timeout", "10");
		requireEnded(pids);
	}

	@Test
	void aPeerEndsWithUs() throws Exception {
		Path pids = folder.resolve("interrupted");
		Path peer = script("wait.sh",
				"sleep 600 & echo $$ $! > %s.part; mv %s.part %s; wait".formatted(pids, pids, pids));
		Process bench = CliRun.start(
				List.of("bench", model.toString(), "-p", "4", "-g", "2", "-r", "1", "--vs-peer", "sh '" + peer + "'"));
		for (Instant end = Instant.now().plusSeconds(90); !Files.exists(pids) && Instant.now().isBefore(end);) {
			Thread.sleep(50);
		}
		assertThat(pids).exists();
		bench.destroy();
		assertThat(bench.waitFor(Duration.ofMinutes(1))).isTrue();
		requireEnded(pids);
	}

	private static void requireEnded(Path pids) throws Exception {
		for (String pid : Files.readString(pids).strip().split(" ")) {
			ProcessHandle.of(Long.parseLong(pid))
				.ifPresent((handle) -> handle.onExit().orTimeout(60, TimeUnit.SECONDS).join());
		}
	}

	private static AbstractStringAssert<?> failure(String message, String peer, String... more) throws Exception {
		List<String> arguments = new ArrayList<>(
				List.of("bench", model.toString(), "-p", "4", "-g", "2", "-r", "1", "--json", "--vs-peer", peer));
		arguments.addAll(List.of(more));
		CliRun run = CliRun.of("", arguments);
		assertThat(run.exit()).as(run.errors()).isEqualTo(2);
		assertThat(run.out()).isEmpty();
		assertThat(run.errors().strip().lines().toList().getLast()).startsWith("error: ").contains(message);
		return assertThat(run.errors());
	}

	private static CliRun bench(String... options) throws Exception {
		List<String> arguments = new ArrayList<>(List.of("bench", model.toString()));
		arguments.addAll(List.of(options));
		return CliRun.of("", arguments);
	}

	private static JsonNode json(CliRun run) {
		assertThat(run.exit()).as(run.errors()).isZero();
		assertThat(run.out().lines()).hasSize(1);
		return JsonMapper.shared().readTree(run.out());
	}

	private static Path script(String name, String text) throws Exception {
		return Files.writeString(folder.resolve(name), text);
	}

}
