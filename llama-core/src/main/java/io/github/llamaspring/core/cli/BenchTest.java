package io.github.llamaspring.core.cli;

/**
 * What is measured.
 *
 * @param prompt tokens of a prompt, 0 for none
 * @param generated tokens decoded, 0 for none
 * @param depth tokens in the context before
 * @param repetitions how often
 */
record BenchTest(int prompt, int generated, int depth, int repetitions) {

	private static final int MOST = 1_000_000;

	static BenchTest of(Arguments arguments) {
		BenchTest test = new BenchTest(option(arguments, "-p", 512, 0), option(arguments, "-g", 128, 0),
				option(arguments, "-d", 0, 0), option(arguments, "-r", 5, 1));
		if (test.prompt == 0 && test.generated == 0) {
			throw new UsageException("options -p 0 and -g 0 together leave nothing to measure");
		}
		return test;
	}

	private static int option(Arguments arguments, String option, int other, int least) {
		int value = arguments.integer(option, other);
		if (value < least || value > MOST) {
			throw new UsageException("option %s: %d is out of %d to %d".formatted(option, value, least, MOST));
		}
		return value;
	}

	/**
	 * The same, as far as a context can hold it.
	 */
	BenchTest within(int context, Console console) {
		if (context < 2) {
			throw new IllegalArgumentException("a context of %d tokens is too short to measure".formatted(context));
		}
		int deep = clamped("-d", this.depth, context - 2, console);
		return new BenchTest(clamped("-p", this.prompt, context - deep, console),
				clamped("-g", this.generated, context - Math.max(deep, 1), console), deep, this.repetitions);
	}

	private static int clamped(String option, int wanted, int most, Console console) {
		if (wanted > most) {
			console.note("note: %s %d instead of %d, which the context of the model cannot hold".formatted(option, most,
					wanted));
		}
		return Math.min(wanted, most);
	}

	/**
	 * As llama-bench names it, such as {@code pp512 @ d2000}.
	 */
	String promptName() {
		return name("pp", this.prompt, this.depth);
	}

	String generatedName() {
		return name("tg", this.generated, this.depth);
	}

	static String name(String kind, int tokens, int depth) {
		return kind + ((tokens >= 0) ? tokens : "") + ((depth > 0) ? " @ d" + depth : "");
	}

}
