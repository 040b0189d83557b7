package io.github.llamaspring.core.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What came of the command line as a process, in the C locale and with a small heap.
 *
 * @param exit exit status
 * @param out standard output
 * @param err standard error
 */
record CliRun(int exit, String out, String err) {

	static CliRun of(String input, List<String> arguments) throws IOException, InterruptedException {
		return run(input, command(arguments));
	}

	/** A shell script, to which the command line is the arguments. */
	static CliRun shell(String script, List<String> arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
		command.addAll(command(arguments));
		return run("", command);
	}

	/** The command line as a process under way, its output thrown away. */
	static Process start(List<String> arguments) throws IOException {
		return new ProcessBuilder(command(arguments)).redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

	private static List<String> command(List<String> arguments) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
						"--add-modules=jdk.incubator.vector", "-Xmx256m", "-cp",
						System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
						LlamaCli.class.getName()));
		command.addAll(arguments);
		return command;
	}

	private static CliRun run(String input, List<String> command) throws IOException, InterruptedException {
		Path errors = Files.createTempFile("llama-cli", ".err");
		Path output = Files.createTempFile("llama-cli", ".out");
		try {
			ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile())
				.redirectOutput(output.toFile());
			builder.environment().put("LC_ALL", "C");
			Process process = builder.start();
			try (OutputStream in = process.getOutputStream()) {
				in.write(input.getBytes(StandardCharsets.UTF_8));
			}
			catch (IOException ex) {
				// It ended without reading all.
			}
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			return new CliRun(process.exitValue(), Files.readString(output), Files.readString(errors));
		}
		finally {
			Files.delete(errors);
			Files.delete(output);
		}
	}

	/** Standard error without the JVM's own notice. */
	String errors() {
		return this.err.lines()
			.filter((line) -> !line.startsWith("WARNING: Using incubator modules"))
			.reduce("", (all, line) -> all + line + "\n");
	}

}
