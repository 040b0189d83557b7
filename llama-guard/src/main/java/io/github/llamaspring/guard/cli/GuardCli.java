package io.github.llamaspring.guard.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.classify.Example;
import io.github.llamaspring.guard.classify.HeadFormatException;
import io.github.llamaspring.guard.classify.Trainer;
import io.github.llamaspring.guard.classify.VectorHeads;
import io.github.llamaspring.guard.policy.PolicyException;

/**
 * The guard on the command line: {@code check [--policy FILE] --jsonl} reads one request
 * a line from standard input and writes one verdict a line; {@code stream} takes each
 * text in pieces and writes what is let out after each. {@code train} makes the
 * statistical heads from labelled texts, {@code eval} measures them; {@code diff}
 * compares two policies on texts, {@code schema} prints the JSON Schema of policies.
 * Notes go to standard error; errors are one line there and exit status 2.
 */
public final class GuardCli {

	static final String USAGE = "usage: GuardCli check [--policy FILE] [--encoder COMMAND] --jsonl [--debug]"
			+ " | stream [--policy FILE] --jsonl"
			+ " | train --data FOLDER [--contrast FOLDER] [--feedback FILE] [--encoder COMMAND [--vectors FILE]]"
			+ " --out FOLDER"
			+ " | eval --conversations FOLDER [--data FOLDER] [--encoder COMMAND [--vectors FILE]] [--json]"
			+ " | eval --data FOLDER [--contrast FOLDER] [--encoder COMMAND [--vectors FILE]] [--models FOLDER]"
			+ " [--left-out] [--pii] [--json]"
			+ " | eval --topics FILE [--data FOLDER] --encoder COMMAND [--vectors FILE] [--json]"
			+ " | diff --policy FILE --against FILE (--jsonl | --data FOLDER) [--examples N] [--texts] [--json]"
			+ " | schema";

	/** In place of a policy file. */
	private static final String BUILT_IN = "llama2-aup";

	private GuardCli() {
	}

	public static void main(String[] args) {
		PrintStream errors = notes();
		boolean debug = List.of(args).contains("--debug");
		int status;
		try {
			run(args);
			status = 0;
		}
		catch (UsageException ex) {
			errors.println("error: " + ex.getMessage());
			errors.println(USAGE);
			status = 2;
		}
		catch (PolicyException | HeadFormatException | IOException ex) {
			errors.println("error: " + oneLine(ex));
			print(ex, debug, errors);
			status = 2;
		}
		catch (RuntimeException ex) {
			errors.println("error: " + ex.getClass().getSimpleName() + ": " + oneLine(ex)
					+ " (a fault of the guard; --debug shows where)");
			print(ex, debug, errors);
			status = 2;
		}
		System.exit(status);
	}

	private static String oneLine(Throwable ex) {
		return String.valueOf(ex.getMessage()).replaceAll("\\s+", " ");
	}

	private static void print(Throwable ex, boolean debug, PrintStream errors) {
		if (debug) {
			ex.printStackTrace(errors);
		}
	}

	private static void run(String[] args) throws IOException {
		List<String> rest = new ArrayList<>(List.of(args));
		rest.remove("--debug");
		if (rest.isEmpty()) {
			throw new UsageException("a command is missing");
		}
		String command = rest.remove(0);
		switch (command.toLowerCase(Locale.ROOT)) {
			case "check" -> check(Options.of(rest, Set.of("--policy", "--encoder"), Set.of("--jsonl")));
			case "stream" -> stream(Options.of(rest, Set.of("--policy"), Set.of("--jsonl")));
			case "train" -> train(Options.of(rest,
					Set.of("--data", "--contrast", "--feedback", "--encoder", "--vectors", "--out"), Set.of()));
			case "eval" -> eval(Options.of(rest,
					Set.of("--data", "--contrast", "--conversations", "--encoder", "--vectors", "--models", "--topics"),
					Set.of("--left-out", "--pii", "--json")));
			case "diff" -> diff(Options.of(rest, Set.of("--policy", "--against", "--data", "--examples"),
					Set.of("--jsonl", "--texts", "--json")));
			case "schema" -> {
				Options.of(rest, Set.of(), Set.of());
				schema();
			}
			default -> throw new UsageException("no such command: " + command);
		}
	}

	private static void check(Options options) throws IOException {
		try (Encoders encoders = options.encoders()) {
			Guard.Builder builder = guard("check", options);
			answer(new CheckLines(noted(((encoders != null) ? encoders.on(builder) : builder).build())));
		}
	}

	/** A request's pieces come at no time of their own: the clock stands still. */
	private static void stream(Options options) throws IOException {
		answer(new StreamLines(noted(guard("stream", options).clock(() -> 0).build())));
	}

	private static Guard noted(Guard guard) {
		if (guard.lacksEncoder()) {
			notes().println("note: no sentence encoder, so words alone decide (the policy says semantic: auto)");
		}
		return guard;
	}

	private static PrintStream notes() {
		return new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.err), true, StandardCharsets.UTF_8);
	}

	private static Guard.Builder guard(String command, Options options) {
		if (!options.flags().contains("--jsonl")) {
			throw new UsageException(command + " needs --jsonl");
		}
		return Guard.builder().policy(options.path("--policy"));
	}

	private static void answer(JsonLines.Service service) throws IOException {
		try (BufferedOutputStream out = new BufferedOutputStream(
				new java.io.FileOutputStream(java.io.FileDescriptor.out), 1 << 16)) {
			new JsonLines(service).run(System.in, out);
		}
	}

	private static void train(Options options) throws IOException {
		Path out = options.needed("train", "--out");
		List<Example> examples = Corpus.read(options.needed("train", "--data"), options.path("--contrast"));
		Path feedback = options.path("--feedback");
		if (feedback != null) {
			Corpus.addFeedback(examples, feedback);
		}
		try (Encoders encoders = options.encoders()) {
			Trainer.Models models = Trainer.train(examples, (encoders != null) ? encoders.vectors() : null);
			models.words().write(out);
			if (models.vectors() != null) {
				models.vectors().write(out);
			}
		}
	}

	private static void eval(Options options) throws IOException {
		try (Encoders encoders = options.encoders();
				PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false,
						StandardCharsets.UTF_8)) {
			if (options.flags().contains("--pii")) {
				PiiEval run = new PiiEval();
				run.read(options.needed("eval", "--data"));
				run.print(options.flags().contains("--json"), out);
				return;
			}
			Path conversations = options.path("--conversations");
			if (conversations != null) {
				EvalCommand.print(ConversationEval.of(conversations, options.path("--data"), encoders).table(),
						options.flags().contains("--json"), out);
				return;
			}
			Path topics = options.path("--topics");
			if (topics != null) {
				topics(options, topics, encoders, out);
				return;
			}
			new EvalCommand(options.needed("eval", "--data"), options.path("--contrast"), options.path("--models"),
					encoders)
				.run(options.flags().contains("--left-out"), options.flags().contains("--json"), out);
		}
	}

	private static void topics(Options options, Path file, @Nullable Encoders encoders, PrintStream out)
			throws IOException {
		if (encoders == null) {
			throw new UsageException("--topics needs --encoder");
		}
		Path data = options.path("--data");
		TopicEval eval = new TopicEval(TopicEval.read(file), (data != null) ? Corpus.read(data, null) : List.of());
		EvalCommand.print(eval.table(VectorHeads.builtIn().space(), encoders.vectors()),
				options.flags().contains("--json"), out);
	}

	private static void diff(Options options) throws IOException {
		Path data = options.path("--data");
		if ((data != null) == options.flags().contains("--jsonl")) {
			throw new UsageException("diff needs either --jsonl or --data FOLDER");
		}
		DiffCommand diff = new DiffCommand(guard(options, "--policy"), guard(options, "--against"),
				options.count("--examples", 5), options.flags().contains("--texts"));
		if (data != null) {
			diff.read(data, notes());
		}
		else {
			diff.read(System.in, notes());
		}
		try (PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false,
				StandardCharsets.UTF_8)) {
			diff.print(options.flags().contains("--json"), out);
		}
	}

	private static Guard guard(Options options, String option) {
		Path file = options.path(option);
		if (file == null) {
			throw new UsageException("diff needs " + option + " FILE (or " + BUILT_IN + ")");
		}
		return file.toString().equals(BUILT_IN) ? Guard.builtIn() : Guard.load(file);
	}

	private static void schema() throws IOException {
		try (InputStream in = Objects.requireNonNull(PolicyException.class.getResourceAsStream("policy.schema.json"));
				OutputStream out = new java.io.FileOutputStream(java.io.FileDescriptor.out)) {
			in.transferTo(out);
		}
	}

	/**
	 * Wrong use of the command line.
	 */
	static final class UsageException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		UsageException(String message) {
			super(message);
		}

	}

	private record Options(Map<String, String> values, Set<String> flags) {

		static Options of(List<String> arguments, Set<String> withValue, Set<String> without) {
			Map<String, String> values = new HashMap<>();
			Set<String> flags = new HashSet<>();
			Iterator<String> rest = arguments.iterator();
			while (rest.hasNext()) {
				String option = rest.next();
				if (without.contains(option)) {
					flags.add(option);
				}
				else if (!withValue.contains(option)) {
					throw new UsageException("no such option: " + option);
				}
				else if (!rest.hasNext()) {
					throw new UsageException(option + " needs a value");
				}
				else {
					values.put(option, rest.next());
				}
			}
			return new Options(values, flags);
		}

		Path needed(String command, String option) {
			Path path = path(option);
			if (path == null) {
				throw new UsageException(command + " needs " + option + " FOLDER");
			}
			return path;
		}

		/** Null without {@code --encoder}. */
		@Nullable Encoders encoders() throws IOException {
			String command = this.values.get("--encoder");
			Path file = path("--vectors");
			if (command == null && file != null) {
				throw new UsageException("--vectors needs --encoder");
			}
			return (command != null) ? Encoders.start(command, file) : null;
		}

		int count(String option, int otherwise) {
			String text = this.values.get(option);
			if (text == null) {
				return otherwise;
			}
			if (!text.matches("[0-9]{1,6}")) {
				throw new UsageException(option + " needs a whole number up to 999999, not " + text);
			}
			return Integer.parseInt(text);
		}

		@Nullable Path path(String option) {
			String text = this.values.get(option);
			try {
				return (text != null) ? Path.of(text) : null;
			}
			catch (InvalidPathException ex) {
				throw new UsageException(option + ": not a path: " + text);
			}
		}

	}

}
