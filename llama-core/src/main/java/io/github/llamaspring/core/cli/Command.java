package io.github.llamaspring.core.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.ModelOptions.KernelChoice;

/**
 * A command of the command line.
 */
abstract class Command {

	private static final String PACK_CACHE = "--pack-cache";

	/** Options that every command takes, with a value. */
	static final Set<String> COMMON_VALUED = Set.of("--kernel", "--threads");

	/** Options that every command takes, without one. */
	static final Set<String> COMMON_FLAGS = Set.of(PACK_CACHE, "--debug", "--help", "-h");

	/**
	 * Own options without value.
	 */
	Set<String> flags() {
		return Set.of();
	}

	/**
	 * Own options with a value.
	 */
	Set<String> valued() {
		return Set.of();
	}

	/**
	 * Names of the words after the command.
	 */
	List<String> operands() {
		return List.of("one model or reference");
	}

	/**
	 * Does the work.
	 * @param argument the first word after the command: a model or reference
	 */
	abstract void run(String argument, Arguments arguments, Console console);

	static ModelOptions options(Arguments arguments) {
		ModelOptions options = ModelOptions.DEFAULTS.withKernel(kernel(arguments))
			.withThreads(arguments.integer("--threads", 0));
		return arguments.has(PACK_CACHE) ? options.withWeightCache() : options;
	}

	private static KernelChoice kernel(Arguments arguments) {
		String name = arguments.value("--kernel").orElse("auto");
		for (KernelChoice choice : KernelChoice.values()) {
			if (choice.name().toLowerCase(Locale.ROOT).equals(name)) {
				return choice;
			}
		}
		throw new UsageException("option --kernel: '" + name + "' is none of auto, vector, scalar");
	}

	static Path resolve(String reference, Console console) {
		return PullCommand.resolve(reference, console);
	}

	/** Loads with progress on standard error, where it takes long. */
	static LlamaModel load(Path file, ModelOptions options, Console console) {
		LoadProgress progress = new LoadProgress(file, console);
		try {
			return LlamaModel.load(file, options.withProgress(progress));
		}
		finally {
			progress.end();
		}
	}

	static LlamaModel load(String reference, Arguments arguments, Console console) {
		return load(resolve(reference, console), options(arguments), console);
	}

}
