package io.github.llamaspring.core.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.github.llamaspring.core.TestFiles;
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
				List.of("generate", "x.gguf", "--prompt"), List.of("info", "x.gguf", "--kernel", "fast"))) {
			Run run = run("", arguments);
			assertThat(run.exit).as("%s", arguments).isEqualTo(2);
			assertThat(run.out).isEmpty();
			assertThat(run.errors()).startsWith("error: ").contains("usage: llama").doesNotContain("\tat ");
		}
	}

	@Test
	void aFailureIsOneLineAndAStackTraceOnlyOnDemand() throws Exception {
		List<String> arguments = List.of("info", this.folder.resolve("none.gguf").toString());
		Run run = run("", arguments);
		assertThat(run.exit).isEqualTo(2);
		assertThat(run.errors().strip().lines()).singleElement().asString().contains("none.gguf");
		List<String> debug = new ArrayList<>(arguments);
		debug.add("--debug");
		assertThat(run("", debug).errors()).contains("\tat ");
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
			Run run = run("", List.of("generate", file.toString(), "--prompt", "Hello", "--max-tokens", "2"));
			assertThat(run.exit).as(run.errors()).isEqualTo(2);
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
		Run run = run(input, List.of("generate", model, "--jsonl"));
		assertThat(run.exit).as(run.errors()).isZero();
		List<JsonNode> replies = run.out.lines().map((line) -> JsonMapper.shared().readTree(line)).toList();
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
	void streamsAreUtf8InAnyLocale() throws Exception {
		String model = TestFiles.path(TestFiles.SMOLLM2).toString();
		Run plain = run("Grüße 😀", List.of("tokenize", model, "--json"));
		Run lines = run("{\"text\":\"Gr\\u00fc\\u00dfe \\ud83d\\ude00\"}\n", List.of("tokenize", model, "--jsonl"));
		assertThat(plain.out).isEqualTo(lines.out).startsWith("{\"ids\":[");
	}

	private static Run run(String input, List<String> arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
						"--add-modules=jdk.incubator.vector", "-Xmx256m", "-cp",
						System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
						LlamaCli.class.getName()));
		command.addAll(arguments);
		Path errors = Files.createTempFile("llama-cli", ".err");
		try {
			ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
			builder.environment().put("LC_ALL", "C");
			Process process = builder.start();
			process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			return new Run(process.exitValue(), output, Files.readString(errors));
		}
		finally {
			Files.delete(errors);
		}
	}

	/**
	 * What came of a run.
	 */
	private record Run(int exit, String out, String err) {

		/** Standard error without the JVM's own notice. */
		String errors() {
			return this.err.lines()
				.filter((line) -> !line.startsWith("WARNING: Using incubator modules"))
				.reduce("", (all, line) -> all + line + "\n");
		}

	}

}
