package io.github.llamaspring.core.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Another engine's benchmark, run as a process of its own. While it runs, this process
 * only waits; whatever happens to this process short of a kill, the peer and its children
 * end with it.
 */
final class BenchPeer {

	/** As before a shell's command: LD_LIBRARY_PATH=… llama-bench. */
	private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);

	/** Far above any answer: the rest is read and dropped. */
	private static final int MAX_BYTES = 1 << 20;

	private static final int SHOWN_LINES = 20;

	/** What its last output may take to arrive after it ended. */
	private static final Duration DRAIN = Duration.ofSeconds(5);

	private final List<String> words;

	private final Map<String, String> environment = new HashMap<>();

	private final Duration timeout;

	/**
	 * A peer that is not yet started.
	 * @param command split as a shell does it, but run without one
	 * @param timeout after which it is ended, each time
	 * @throws UsageException if the command cannot be split, or holds no program
	 * @throws IllegalStateException if there is no such program
	 */
	BenchPeer(String command, Duration timeout) {
		List<String> all = BenchWords.split(command, File.separatorChar != '\\');
		int first = 0;
		while (first < all.size() && ASSIGNMENT.matcher(all.get(first)).matches()) {
			String[] pair = all.get(first++).split("=", 2);
			this.environment.put(pair[0], pair[1]);
		}
		if (first == all.size()) {
			throw new UsageException("the peer's command \"%s\" names no program".formatted(command));
		}
		this.words = all.subList(first, all.size());
		this.timeout = timeout;
		requireProgram(this.words.getFirst());
	}

	/**
	 * Found out before a model is loaded for nothing. On Windows only starting it tells.
	 */
	private static void requireProgram(String program) {
		if (File.separatorChar == '\\') {
			return;
		}
		String path = System.getenv().getOrDefault("PATH", "");
		List<String> folders = program.contains("/") ? List.of("") : List.of(path.split(File.pathSeparator, -1));
		if (folders.stream().noneMatch((folder) -> Files.isExecutable(Path.of(folder, program)))) {
			throw new IllegalStateException(
					"the peer '%s' cannot be started: there is no such program".formatted(program));
		}
	}

	/**
	 * Runs it to its end.
	 * @param console shows its standard error if it fails
	 * @throws IllegalStateException if it does not start, fails, takes too long, or
	 * prints what is no result
	 */
	BenchPeerReply run(Console console) {
		Child child = new Child();
		Thread hook = Thread.ofPlatform().unstarted(child::end);
		Runtime.getRuntime().addShutdownHook(hook);
		try {
			return run(child, console);
		}
		finally {
			child.end();
			unhook(hook);
		}
	}

	private BenchPeerReply run(Child child, Console console) {
		Process process = child.start();
		Output out = new Output(process.getInputStream());
		Output err = new Output(process.getErrorStream());
		try {
			return BenchPeerReply.parse(await(process, out));
		}
		catch (IllegalStateException ex) {
			child.end();
			showEnd(err.text(), console);
			throw ex;
		}
	}

	private String await(Process process, Output out) {
		try {
			if (!process.waitFor(this.timeout.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("the peer '%s' did not end within %d s (--peer-timeout)"
					.formatted(this.words.getFirst(), this.timeout.toSeconds()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while the peer ran", ex);
		}
		if (process.exitValue() != 0) {
			throw new IllegalStateException(
					"the peer '%s' failed with exit status %d".formatted(this.words.getFirst(), process.exitValue()));
		}
		return out.text();
	}

	private static void showEnd(String text, Console console) {
		List<String> lines = text.lines().toList();
		lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size())
			.forEach((line) -> console.note("peer: " + line));
	}

	private static void unhook(Thread hook) {
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			// The JVM is ending, and the hook has run: there is nothing to take back.
		}
	}

	/**
	 * The process, which cannot start unnoticed while the JVM ends.
	 */
	private final class Child {

		private @Nullable Process process;

		private boolean ended;

		synchronized Process start() {
			if (this.ended) {
				throw new IllegalStateException("interrupted before the peer ran");
			}
			ProcessBuilder builder = new ProcessBuilder(BenchPeer.this.words);
			builder.environment().putAll(BenchPeer.this.environment);
			try {
				Process started = builder.start();
				this.process = started;
				started.getOutputStream().close();
				return started;
			}
			catch (IOException ex) {
				throw new IllegalStateException("the peer '%s' cannot be started: %s"
					.formatted(BenchPeer.this.words.getFirst(), ex.getMessage()), ex);
			}
		}

		/** By its handle: {@code Process.destroyForcibly()} closes its streams unread. */
		synchronized void end() {
			this.ended = true;
			if (this.process != null) {
				this.process.descendants().forEach(ProcessHandle::destroyForcibly);
				this.process.toHandle().destroyForcibly();
			}
		}

	}

	/**
	 * Reads a stream to its end, so that the peer never waits for us.
	 */
	private static final class Output {

		private final InputStream in;

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private final Thread reader;

		Output(InputStream in) {
			this.in = in;
			this.reader = Thread.ofPlatform().daemon(true).name("bench-peer-output").start(this::read);
		}

		private void read() {
			byte[] buffer = new byte[8192];
			try {
				for (int count = this.in.read(buffer); count >= 0; count = this.in.read(buffer)) {
					synchronized (this.bytes) {
						this.bytes.write(buffer, 0, Math.min(count, MAX_BYTES - this.bytes.size()));
					}
				}
			}
			catch (IOException ex) {
				// It was ended: what came until then counts.
			}
		}

		/**
		 * All of it, or what has come by the time one of its children keeps it open.
		 */
		String text() {
			try {
				this.reader.join(DRAIN);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			synchronized (this.bytes) {
				return this.bytes.toString(StandardCharsets.UTF_8);
			}
		}

	}

}
