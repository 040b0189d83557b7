package io.github.llamaspring.guard.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.policy.PolicyException;

/**
 * The guard on the command line: {@code check [--policy FILE] --jsonl} reads one request
 * a line from standard input and writes one verdict a line. Notes go to standard error;
 * errors are one line there and exit status 2.
 */
public final class GuardCli {

	static final String USAGE = "usage: GuardCli check [--policy FILE] [--encoder COMMAND] --jsonl [--debug]";

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
		catch (PolicyException | IOException ex) {
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
		Options options = Options.of(args);
		Guard guard = (options.policy() != null) ? Guard.load(options.policy()) : Guard.builtIn();
		try (BufferedOutputStream out = new BufferedOutputStream(
				new java.io.FileOutputStream(java.io.FileDescriptor.out), 1 << 16)) {
			new CheckLines(guard).run(System.in, out);
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

	private record Options(@Nullable Path policy) {

		static Options of(String[] args) {
			List<String> rest = new ArrayList<>(List.of(args));
			rest.remove("--debug");
			if (rest.isEmpty()) {
				throw new UsageException("a command is missing");
			}
			String command = rest.remove(0);
			if (!command.toLowerCase(Locale.ROOT).equals("check")) {
				throw new UsageException("no such command: " + command);
			}
			Path policy = null;
			boolean lines = false;
			while (!rest.isEmpty()) {
				String option = rest.remove(0);
				switch (option) {
					case "--jsonl" -> lines = true;
					case "--policy" -> policy = path(value(option, rest));
					case "--encoder" -> {
						value(option, rest);
						throw new UsageException("--encoder: this version has no semantic tier; leave the option out");
					}
					default -> throw new UsageException("no such option: " + option);
				}
			}
			if (!lines) {
				throw new UsageException("check needs --jsonl");
			}
			return new Options(policy);
		}

		private static String value(String option, List<String> rest) {
			if (rest.isEmpty()) {
				throw new UsageException(option + " needs a value");
			}
			return rest.remove(0);
		}

		private static Path path(String text) {
			try {
				return Path.of(text);
			}
			catch (InvalidPathException ex) {
				throw new UsageException("--policy: not a path: " + text);
			}
		}

	}

}
