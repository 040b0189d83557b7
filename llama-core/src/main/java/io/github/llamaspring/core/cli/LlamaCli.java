package io.github.llamaspring.core.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The engine's command line. Results go to standard output, everything else to standard
 * error; an error is one line and exit status 2.
 */
public final class LlamaCli {

	private static final int FAILURE = 2;

	private static final String USAGE = """
			usage: llama COMMAND MODEL [OPTIONS]
			  info MODEL                 facts about a GGUF file
			  tokenize MODEL             tokens of --text TEXT or standard input; --special
			  template MODEL             renders {"messages":[{"role","content"}],"add_generation_prompt":true} (JSON Lines)
			  generate MODEL             text from --prompt TEXT or --prompt-ids 1,2,3
			  chat MODEL                 a conversation in the terminal; --system TEXT
			  bench MODEL                speed: -p PROMPT_TOKENS -g GENERATED_TOKENS -r REPETITIONS
			  pull REF                   fetches a model and prints its path
			MODEL and REF: a path, file:…, https:…, hf:owner/repo/file.gguf, or demo
			generate and chat: --max-tokens N --temperature T (0 = greedy) --top-k K --top-p P --min-p P
			  --repetition-penalty R --presence-penalty P --frequency-penalty P --logit-bias ID=V --seed S
			  --stop TEXT (repeatable) --top-logprobs K --special
			all: --kernel auto|vector|scalar --threads N --json --jsonl --debug""";

	private static final Map<String, Command> COMMANDS = new LinkedHashMap<>();
	static {
		COMMANDS.put("info", new InfoCommand());
		COMMANDS.put("tokenize", new TokenizeCommand());
		COMMANDS.put("template", new TemplateCommand());
		COMMANDS.put("generate", new GenerateCommand());
		COMMANDS.put("chat", new ChatCommand());
		COMMANDS.put("bench", new BenchCommand());
		COMMANDS.put("pull", new PullCommand());
	}

	private LlamaCli() {
	}

	public static void main(String[] args) {
		// A library's note that nobody listens to its log is none of an error's one line.
		System.setProperty("slf4j.internal.verbosity", "ERROR");
		Console console = new Console();
		int status = run(args, console);
		if (status != 0) {
			System.exit(status);
		}
	}

	private static int run(String[] args, Console console) {
		try {
			dispatch(args, console);
			return 0;
		}
		catch (UsageException ex) {
			console.note("error: " + ex.getMessage());
			console.note(USAGE);
		}
		catch (RuntimeException ex) {
			String message = (ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getSimpleName();
			console.note("error: " + Console.oneLine(message));
			debug(args, ex, console);
		}
		catch (OutOfMemoryError ex) {
			console.note("error: not enough memory (" + ex.getMessage() + "): give the JVM more with -Xmx");
			debug(args, ex, console);
		}
		return FAILURE;
	}

	private static void debug(String[] args, Throwable failure, Console console) {
		if (Arrays.asList(args).contains("--debug")) {
			StringWriter trace = new StringWriter();
			failure.printStackTrace(new PrintWriter(trace));
			console.note(trace.toString());
		}
	}

	private static void dispatch(String[] args, Console console) {
		Set<String> flags = new HashSet<>(Command.COMMON_FLAGS);
		Set<String> valued = new HashSet<>(Command.COMMON_VALUED);
		// The command may stand after options, so its own ones are found by its name.
		Command named = Arrays.stream(args).filter(COMMANDS::containsKey).findFirst().map(COMMANDS::get).orElse(null);
		if (named != null) {
			flags.addAll(named.flags());
			valued.addAll(named.valued());
		}
		Arguments arguments = Arguments.parse(args, flags, valued);
		if (arguments.has("--help") || arguments.has("-h")) {
			console.println(USAGE);
			return;
		}
		if (arguments.words().isEmpty()) {
			throw new UsageException("no command given");
		}
		Command command = COMMANDS.get(arguments.words().getFirst());
		if (command == null) {
			throw new UsageException("unknown command '" + arguments.words().getFirst() + "'");
		}
		if (arguments.words().size() != 2) {
			throw new UsageException("'%s' takes one model or reference, not %d words"
				.formatted(arguments.words().getFirst(), arguments.words().size() - 1));
		}
		Command.options(arguments); // wrong values are wrong usage, whatever the model
		command.run(arguments.words().get(1), arguments, console);
	}

}
