package io.github.llamaspring.core.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The engine's command line. Results go to standard output, everything else to standard
 * error; an error is one line and exit status 2.
 */
public final class LlamaCli {

	private static final int FAILURE = 2;

	private static final String USAGE = """
			usage: llama COMMAND MODEL [OPTIONS]
			  info MODEL                 facts about a GGUF file; --json
			  tokenize MODEL             tokens of --text TEXT or standard input; --special, --json or --jsonl
			  template MODEL             renders {"messages":[{"role","content"}],"add_generation_prompt":true} (JSON Lines)
			  generate MODEL             text from --prompt TEXT (--special) or --prompt-ids 1,2,3, --json;
			                             --jsonl: from requests with "prompt", "prompt_ids" or "messages"
			  embed MODEL                the vector of --text TEXT or standard input, --type query|passage|plain;
			                             --jsonl: from requests {"text","type":"query"|"passage"}
			  chat MODEL                 a conversation in the terminal; --system TEXT
			  bench MODEL                speed: -p PROMPT_TOKENS -g GENERATED_TOKENS -d DEPTH -r REPETITIONS; --json;
			                             --vs-peer "COMMAND": in turns with llama-bench … -o json or another
			                             bench … --json, with the ratios; --peer-timeout SECONDS (1800)
			  pull REF                   fetches a model and prints its path; --json
			  synth SHAPE TYPE OUT       writes a model of random weights, to measure speed; --json
			                             SHAPE: 13b 7b 1b tiny; TYPE: f16 q8_0 q4_0 q4_k q6_k
			MODEL and REF: a path, file:…, https:…, hf:owner/repo/file.gguf, demo, or e5 (embed)
			generate and chat: --max-tokens N --temperature T (0 = greedy) --top-k K --top-p P --min-p P
			  --repetition-penalty R --presence-penalty P --frequency-penalty P --logit-bias ID=V --seed S
			  --stop TEXT (repeatable)
			generate --json or --jsonl: --top-logprobs K ("top": the K best of each step; 0 = none, "top" is [])
			all: --kernel auto|vector|scalar --threads N --debug
			  --pack-cache  keeps packed weights, as large as the model, in the cache folder: later starts take seconds""";

	private static final Map<String, Command> COMMANDS = new LinkedHashMap<>();
	static {
		COMMANDS.put("info", new InfoCommand());
		COMMANDS.put("tokenize", new TokenizeCommand());
		COMMANDS.put("template", new TemplateCommand());
		COMMANDS.put("generate", new GenerateCommand());
		COMMANDS.put("embed", new EmbedCommand());
		COMMANDS.put("chat", new ChatCommand());
		COMMANDS.put("bench", new BenchCommand());
		COMMANDS.put("pull", new PullCommand());
		COMMANDS.put("synth", new SynthCommand());
	}

	/** Kept, because the log manager forgets those that nobody else knows. */
	private static final Logger LOG = Logger.getLogger("io.github.llamaspring");

	private LlamaCli() {
	}

	public static void main(String[] args) {
		// "info" and "bench" say what else the log would.
		LOG.setLevel(Level.WARNING);
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
		catch (RuntimeException | Error ex) {
			console.note("error: " + Failures.describe(ex));
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
		requireDecoded(args);
		// The command may stand after options, so its own ones are found by its name.
		Command named = Arrays.stream(args).filter(COMMANDS::containsKey).findFirst().map(COMMANDS::get).orElse(null);
		Collection<Command> possible = (named != null) ? List.of(named) : COMMANDS.values();
		Set<String> flags = new HashSet<>(Command.COMMON_FLAGS);
		Set<String> valued = new HashSet<>(Command.COMMON_VALUED);
		possible.forEach((command) -> {
			flags.addAll(command.flags());
			valued.addAll(command.valued());
		});
		Arguments arguments = Arguments.parse(args, flags, valued);
		if (arguments.has("--help") || arguments.has("-h")) {
			console.println(USAGE);
			return;
		}
		if (arguments.words().isEmpty()) {
			throw new UsageException("no command given");
		}
		String name = arguments.words().getFirst();
		Command command = COMMANDS.get(name);
		if (command == null) {
			throw new UsageException("unknown command '" + name + "'");
		}
		if (arguments.words().size() - 1 != command.operands().size()) {
			throw new UsageException("'%s' takes %s, not %d words".formatted(name, String.join(" ", command.operands()),
					arguments.words().size() - 1));
		}
		Command.options(arguments); // wrong values are wrong usage, whatever the model
		command.run(arguments.words().get(1), arguments, console);
	}

	/**
	 * In the C locale the JVM gives a replacement character for every byte that is not
	 * ASCII; to go on would answer another prompt.
	 */
	private static void requireDecoded(String[] args) {
		for (int i = 0; i < args.length; i++) {
			if (args[i].indexOf('\ufffd') >= 0) {
				throw new IllegalArgumentException(
						"argument %d is not text in the locale's encoding %s: set a UTF-8 locale (LC_ALL=C.UTF-8) or use standard input"
							.formatted(i + 1, System.getProperty("native.encoding")));
			}
		}
	}

}
