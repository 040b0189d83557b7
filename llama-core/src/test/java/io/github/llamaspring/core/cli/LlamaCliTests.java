package io.github.llamaspring.core.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.encoder.TinyPack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The command line as a process, in the C locale.
 */
class LlamaCliTests {

	@TempDir
	Path folder;

	@Test
	void wrongUsagePrintsTheUsageAndExitsWithTwo() throws Exception {
		for (List<String> arguments : List.of(List.<String>of(), List.of("nonsense"), List.of("info"),
				List.of("info", "x.gguf", "y.gguf"), List.of("generate", "x.gguf", "--no-such-option"),
				List.of("generate", "x.gguf", "--prompt", "a", "--temperature", "hot"),
				List.of("generate", "x.gguf", "--prompt", "a", "--prompt-ids", "1"),
				List.of("generate", "x.gguf", "--prompt"), List.of("generate", "x.gguf", "--jsonl", "--prompt", "a"),
				List.of("generate", "x.gguf", "--jsonl", "--prompt-ids", "1"),
				List.of("generate", "x.gguf", "--prompt", "a", "--top-logprobs", "3"),
				List.of("generate", "x.gguf", "--prompt-ids", "1", "--special"),
				List.of("tokenize", "x.gguf", "--jsonl", "--text", "a"), List.of("chat", "x.gguf", "--special"),
				List.of("chat", "x.gguf", "--json"), List.of("chat", "x.gguf", "--top-logprobs", "1"),
				List.of("bench", "x.gguf", "--jsonl"), List.of("info", "x.gguf", "--jsonl"),
				List.of("pull", "x.gguf", "--jsonl"), List.of("template", "x.gguf", "--json"),
				List.of("synth", "tiny", "q4_0"), List.of("synth", "huge", "q4_0", "x"),
				List.of("synth", "tiny", "q9", "x"), List.of("info", "x.gguf", "--kernel", "fast"))) {
			CliRun run = CliRun.of("", arguments);
			assertThat(run.exit()).as("%s", arguments).isEqualTo(2);
			assertThat(run.out()).isEmpty();
			assertThat(run.errors()).startsWith("error: ").contains("usage: llama").doesNotContain("\tat ");
		}
	}

	@Test
	void aFailureIsOneLineAndAStackTraceOnlyOnDemand() throws Exception {
		List<String> arguments = List.of("info", this.folder.resolve("none.gguf").toString());
		CliRun run = CliRun.of("", arguments);
		assertThat(run.exit()).isEqualTo(2);
		assertThat(run.errors().strip().lines()).singleElement().asString().contains("none.gguf");
		List<String> debug = new ArrayList<>(arguments);
		debug.add("--debug");
		assertThat(CliRun.of("", debug).errors()).contains("\tat ");
	}

	@Test
	void damagedFilesEndInOneLineWithinASmallHeap() throws Exception {
		byte[] whole = Files.readAllBytes(TestFiles.path("data/engine/synth-q4_0.gguf"));
		Random random = new Random(7);
		for (int i = 0; i < 6; i++) {
			byte[] damaged = Arrays.copyOf(whole, (i % 2 == 0) ? random.nextInt(whole.length) : whole.length);
			if (i % 2 == 1) {
				// Counts, then lengths, set to huge values.
				Arrays.fill(damaged, 8 * i, 8 * i + 6, (byte) 0xff);
			}
			Path file = Files.write(this.folder.resolve("damaged.gguf"), damaged);
			CliRun run = CliRun.of("", List.of("generate", file.toString(), "--prompt", "Hello", "--max-tokens", "2"));
			assertThat(run.exit()).as(run.errors()).isEqualTo(2);
			assertThat(run.errors().strip().lines()).singleElement().asString().contains("damaged.gguf");
		}
	}

	@Test
	void jsonLinesAreServedInOrderAndBadOnesDoNotEndTheRun() throws Exception {
		String model = TestFiles.path(TestFiles.SMOLLM2).toString();
		String input = """
				{"id":1,"prompt":"1, 2, 3,","temperature":0,"max_tokens":4,"unknown":true}
				{broken
				{"id":2}
				{"id":"three","prompt":"x","prompt_ids":[1]}
				{"id":4,"prompt":"x","temperature":"hot"}
				{"id":5,"prompt":"x","seed":1.5}
				{"id":6,"messages":[{"role":"robber","content":"x"}]}
				[1]
				{"id":7,"prompt":"\\ud83d lone","temperature":0,"max_tokens":2}
				{"id":{"a":[1]},"prompt":"Grüße","temperature":0,"max_tokens":0}
				""";
		CliRun run = CliRun.of(input, List.of("generate", model, "--jsonl"));
		assertThat(run.exit()).as(run.errors()).isZero();
		List<JsonNode> replies = run.out().lines().map((line) -> JsonMapper.shared().readTree(line)).toList();
		assertThat(replies).hasSize(10);
		assertThat(replies.getFirst().get("text").stringValue()).contains("4");
		assertThat(replies.getFirst().get("finish_reason").stringValue()).isEqualTo("length");
		assertThat(replies.subList(1, 8)).allSatisfy((reply) -> assertThat(reply.has("error")).isTrue());
		assertThat(replies.get(3).get("id").stringValue()).isEqualTo("three");
		assertThat(replies.get(8).get("ids")).hasSize(2);
		assertThat(replies.get(9).get("id").get("a")).hasSize(1);
		assertThat(replies.get(9).get("usage").get("prompt_tokens").intValue()).isPositive();
	}

	@Test
	void vectorsOfTextsComeInOrderWhateverTheirKind() throws Exception {
		String model = TinyPack.write(this.folder.resolve("tiny.bin")).toString();
		CliRun run = CliRun.of("""
				{"id":1,"text":"hello","type":"query"}
				{"id":2,"text":"hello","type":"passage"}
				{"id":3,"text":"hello"}

				{"id":4,"text":"hello","type":"plain"}
				{"id":5}
				nonsense
				{"id":6,"text":"日本 \\ud800","extra":1}
				""", List.of("embed", model, "--jsonl"));
		assertThat(run.exit()).isZero();
		List<JsonNode> replies = run.out().lines().map((line) -> JsonMapper.shared().readTree(line)).toList();
		assertThat(replies).hasSize(7);
		assertThat(replies.get(0).get("embedding")).hasSize(64).isEqualTo(replies.get(2).get("embedding"));
		assertThat(replies.get(1).get("embedding")).isNotEqualTo(replies.get(0).get("embedding"));
		assertThat(replies.get(0).get("tokens").intValue()).isPositive();
		assertThat(replies.get(3).get("error").asString()).contains("'type' should be \"query\" or \"passage\"");
		assertThat(replies.get(4).get("error").asString()).contains("'text' is missing");
		assertThat(replies.get(5).get("error").asString()).contains("not valid JSON");
		assertThat(replies.get(6).get("id").intValue()).isEqualTo(6);
		assertThat(replies.get(6).get("embedding")).hasSize(64);
		CliRun one = CliRun.of("hello", List.of("embed", model, "--type", "passage"));
		assertThat(JsonMapper.shared().readTree(one.out()).get("embedding")).isEqualTo(replies.get(1).get("embedding"));
		assertThat(CliRun.of("", List.of("embed", model, "--type", "x")).exit()).isEqualTo(2);
		CliRun info = CliRun.of("", List.of("info", model, "--json"));
		assertThat(JsonMapper.shared().readTree(info.out()).get("architecture").asString()).isEqualTo("bert");
		CliRun wrong = CliRun.of("", List.of("generate", model, "--prompt", "a"));
		assertThat(wrong.exit()).isEqualTo(2);
		assertThat(wrong.errors()).contains("tiny.bin").contains("not a GGUF file");
	}

	@Test
	void idsComeBackAsTheyWentAndNumbersBeyondTheRangeAreNamed() throws Exception {
		String model = TestFiles.path(TestFiles.LLAMA2).toString();
		List<String> ids = List.of("12345678901234567890.123456789", "1.0", "-0.10", "123456789012345678901234567890",
				"1E+400", "\"x\"", "null");
		String input = ids.stream()
			.map((id) -> "{\"id\":%s,\"text\":\"a\"}\n".formatted(id))
			.collect(Collectors.joining());
		CliRun run = CliRun.of(input, List.of("tokenize", model, "--jsonl"));
		assertThat(run.out().lines()).zipSatisfy(ids,
				(reply, id) -> assertThat(reply).startsWith("{\"id\":" + id + ",\"ids\":["));
		String smollm = TestFiles.path(TestFiles.SMOLLM2).toString();
		CliRun generate = CliRun.of("""
				{"id":1,"prompt":"a","temperature":1e40}
				{"id":2,"prompt":"a","logit_bias":{"5":1e400}}
				{"id":3,"prompt":"<|im_end|>","max_tokens":0}
				""", List.of("generate", smollm, "--jsonl", "--special"));
		List<JsonNode> replies = generate.out().lines().map((line) -> JsonMapper.shared().readTree(line)).toList();
		assertThat(replies.get(0).get("error").stringValue()).contains("temperature must be from 0 to 100");
		assertThat(replies.get(1).get("error").stringValue()).contains("logit_bias", "finite");
		assertThat(replies.get(2).get("usage").get("prompt_tokens").intValue()).isEqualTo(1);
	}

	@Test
	void hugeLinesGetAnErrorAndTheNextLineIsServed() throws Exception {
		String model = TestFiles.path(TestFiles.LLAMA2).toString();
		String huge = "a".repeat(48 << 20);
		String input = "\ufeff{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":\"" + huge
				+ "\"}\n{\"id\":3,\"text\":\"a\"}\r\n" + "x".repeat((64 << 20) + 1) + "\n{\"id\":4,\"text\":\"a\"}";
		CliRun run = CliRun.of(input, List.of("tokenize", model, "--jsonl"));
		assertThat(run.exit()).as(run.errors()).isZero();
		List<JsonNode> replies = run.out().lines().map((line) -> JsonMapper.shared().readTree(line)).toList();
		assertThat(replies).hasSize(5);
		assertThat(replies.get(0).get("ids").size()).isPositive();
		assertThat(replies.get(1).get("error").stringValue()).contains("memory", "-Xmx");
		assertThat(replies.get(2))
			.isEqualTo(JsonMapper.shared().readTree(run.out().lines().toList().get(0).replace("\"id\":1", "\"id\":3")));
		assertThat(replies.get(3).get("error").stringValue()).contains("longer than 67108864 bytes");
		assertThat(replies.get(4).get("id").intValue()).isEqualTo(4);
	}

	@Test
	void anArgumentThatTheJvmCannotReadIsNotTakenForAnotherText() throws Exception {
		String model = TestFiles.path(TestFiles.LLAMA2).toString();
		CliRun run = CliRun.shell("\"$@\" --text \"$(printf 'Gr\\303\\274n')\"", List.of("tokenize", model));
		assertThat(run.exit()).isEqualTo(2);
		assertThat(run.out()).isEmpty();
		assertThat(run.errors().strip().lines()).singleElement().asString().contains("UTF-8 locale", "standard input");
	}

	@Test
	void everyFailureOfTheJvmIsOneLine() {
		for (Throwable failure : List.of(new InternalError("a fault\noccurred"),
				new OutOfMemoryError("Java heap space"), new StackOverflowError(), new AssertionError("x"),
				new IllegalStateException())) {
			assertThat(Failures.describe(failure)).isNotBlank().hasLineCount(1).doesNotContain("null");
		}
	}

	@Test
	void streamsAreUtf8InAnyLocale() throws Exception {
		String model = TestFiles.path(TestFiles.SMOLLM2).toString();
		CliRun plain = CliRun.of("Grüße 😀", List.of("tokenize", model, "--json"));
		CliRun lines = CliRun.of("{\"text\":\"Gr\\u00fc\\u00dfe \\ud83d\\ude00\"}\n",
				List.of("tokenize", model, "--jsonl"));
		assertThat(plain.out()).isEqualTo(lines.out()).startsWith("{\"ids\":[");
	}

}
