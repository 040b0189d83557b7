package io.github.llamaspring.core.cli;

import java.nio.file.Path;
import java.util.Set;

/**
 * {@code bench MODEL -p N -g N -d N -r REPS}: prompt processing and decoding speed as
 * llama-bench measures them (random tokens, no sampling), against the memory's speed and,
 * with {@code --vs-peer}, against another engine in turns.
 */
final class BenchCommand extends Command {

	@Override
	Set<String> flags() {
		return Set.of("--json");
	}

	@Override
	Set<String> valued() {
		return Set.of("-p", "-g", "-d", "-r", "--vs-peer", "--peer-timeout");
	}

	@Override
	void run(String reference, Arguments arguments, Console console) {
		BenchTest test = BenchTest.of(arguments);
		BenchVersus versus = BenchVersus.of(arguments);
		Path file = resolve(reference, console);
		BenchReport report = new BenchRun(test, console, versus).measure(file, options(arguments));
		if (arguments.has("--json")) {
			console.json(report.json());
		}
		else {
			console.print(report.text());
		}
	}

}
