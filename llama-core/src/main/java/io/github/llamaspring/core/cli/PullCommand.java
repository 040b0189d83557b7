package io.github.llamaspring.core.cli;

import java.nio.file.Path;

/** x. */
final class PullCommand extends Command {

	@Override
	void run(String reference, Arguments arguments, Console console) {
		console.println(resolve(reference, console).toString());
	}

	static Path resolve(String reference, Console console) {
		return Path.of(reference);
	}

}
