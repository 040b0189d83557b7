package io.github.llamaspring.guard.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
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
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.classify.HeadFormatException;
import io.github.llamaspring.guard.classify.Trainer;
import io.github.llamaspring.guard.policy.PolicyException;

/**
 * The guard on the command line: {@code check [--policy FILE] --jsonl} reads one request
 * a line from standard input and writes one verdict a line. {@code train} makes the
 * statistical heads from labelled texts, {@code eval} measures them. Notes go to standard
 * error; errors are one line there and exit status 2.
 */
public final class GuardCli {

	static final String USAGE = "usage: GuardCli check [--policy FILE] [--encoder COMMAND] --jsonl [--debug]"
			+ " | train --data FOLDER [--contrast FOLDER] --out FOLDER"
			+ " | eval --data FOLDER [--contrast FOLDER] [--models FOLDER] [--left-out] [--pii] [--json]";

	private GuardCli() {
	}

	public static void main(String[] args) {
		PrintStream errors = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.err), true,
				StandardCharsets.UTF_8);
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
			case "train" -> train(Options.of(rest, Set.of("--data", "--contrast", "--out"), Set.of()));
			case "eval" -> eval(Options.of(rest, Set.of("--data", "--contrast", "--models"),
					Set.of("--left-out", "--pii", "--json")));
			default -> throw new UsageException("no such command: " + command);
		}
	}

	private static void check(Options options) throws IOException {
		if (options.values().containsKey("--encoder")) {
			throw new UsageException("--encoder: this version has no semantic tier; leave the option out");
		}
		if (!options.flags().contains("--jsonl")) {
			throw new UsageException("check needs --jsonl");
		}
		Path policy = options.path("--policy");
		Guard guard = (policy != null) ? Guard.load(policy) : Guard.builtIn();
		try (BufferedOutputStream out = new BufferedOutputStream(
				new java.io.FileOutputStream(java.io.FileDescriptor.out), 1 << 16)) {
			new CheckLines(guard).run(System.in, out);
		}
	}

	private static void train(Options options) throws IOException {
		Path out = options.needed("train", "--out");
		Trainer.train(Corpus.read(options.needed("train", "--data"), options.path("--contrast"))).write(out);
	}

	private static void eval(Options options) throws IOException {
		try (PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false,
				StandardCharsets.UTF_8)) {
			if (options.flags().contains("--pii")) {
				PiiEval run = new PiiEval();
				run.read(options.needed("eval", "--data"));
				run.print(options.flags().contains("--json"), out);
				return;
			}
			new EvalCommand(options.needed("eval", "--data"), options.path("--contrast"), options.path("--models"))
				.run(options.flags().contains("--left-out"), options.flags().contains("--json"), out);
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
