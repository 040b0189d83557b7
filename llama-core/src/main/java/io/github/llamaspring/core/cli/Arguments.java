package io.github.llamaspring.core.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A command line taken apart: words, options with values, flags. Options may stand before
 * or after the command; {@code --} ends them.
 */
final class Arguments {

	private final List<String> words = new ArrayList<>();

	private final Map<String, List<String>> options = new HashMap<>();

	private Arguments() {
	}

	/**
	 * Takes a command line apart.
	 * @param flags options without value
	 * @param valued options with a value
	 */
	static Arguments parse(String[] args, Set<String> flags, Set<String> valued) {
		Arguments arguments = new Arguments();
		for (int i = 0; i < args.length; i++) {
			String arg = args[i];
			if (arg.equals("--")) {
				arguments.words.addAll(List.of(args).subList(i + 1, args.length));
				break;
			}
			if (!arg.startsWith("-") || arg.equals("-")) {
				arguments.words.add(arg);
				continue;
			}
			int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
			String name = (equals > 0) ? arg.substring(0, equals) : arg;
			if (flags.contains(name) && equals < 0) {
				arguments.add(name, "");
			}
			else if (valued.contains(name)) {
				if (equals < 0 && i + 1 == args.length) {
					throw new UsageException("option " + name + " needs a value");
				}
				arguments.add(name, (equals > 0) ? arg.substring(equals + 1) : args[++i]);
			}
			else {
				throw new UsageException("unknown option " + name);
			}
		}
		return arguments;
	}

	private void add(String name, String value) {
		this.options.computeIfAbsent(name, (key) -> new ArrayList<>()).add(value);
	}

	/**
	 * The words that are no options, the command first.
	 */
	List<String> words() {
		return this.words;
	}

	boolean has(String option) {
		return this.options.containsKey(option);
	}

	List<String> all(String option) {
		return this.options.getOrDefault(option, List.of());
	}

	Optional<String> value(String option) {
		List<String> values = all(option);
		if (values.size() > 1) {
			throw new UsageException("option " + option + " is given twice");
		}
		return values.stream().findFirst();
	}

	int integer(String option, int other) {
		return value(option).map((value) -> number(option, value, Integer::valueOf)).orElse(other);
	}

	float real(String option, float other) {
		return value(option).map((value) -> number(option, value, Float::valueOf)).orElse(other);
	}

	static <T> T number(String option, String value, Function<String, T> parser) {
		try {
			return parser.apply(value.strip());
		}
		catch (NumberFormatException ex) {
			throw new UsageException("option " + option + ": '" + value + "' is not a number it can take");
		}
	}

}
