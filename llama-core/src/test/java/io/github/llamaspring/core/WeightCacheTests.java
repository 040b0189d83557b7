package io.github.llamaspring.core;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

import io.github.llamaspring.core.sampling.SamplingOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

/**
 * What a load says of the side file shows in the log, and in the memory that the weights
 * take beside mapped files.
 */
class WeightCacheTests {

	private static final Logger LOGGER = Logger.getLogger("io.github.llamaspring.core.vector");

	@TempDir
	Path folder;

	private final List<String> log = new ArrayList<>();

	private final Handler handler = new Handler() {

		@Override
		public void publish(LogRecord entry) {
			WeightCacheTests.this.log.add(entry.getMessage());
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	};

	private Path model;

	private Path cache;

	@BeforeEach
	void copyTheModel() throws IOException {
		this.model = Files.write(this.folder.resolve("model.gguf"),
				Files.readAllBytes(TestFiles.path("data/engine/synth-q4_0.gguf")));
		this.cache = this.folder.resolve("cache/packed");
		LOGGER.addHandler(this.handler);
	}

	@AfterEach
	void removeTheHandler() {
		LOGGER.removeHandler(this.handler);
	}

	/** What a load gave: tokens with probabilities, and bytes of packed memory. */
	private record Loaded(List<Integer> ids, List<List<TokenProbability>> top, long memoryBytes) {

		boolean isFromFile() {
			return this.memoryBytes == 0;
		}

		void saysTheSameAs(Loaded other) {
			assertThat(this.ids).isEqualTo(other.ids);
			for (int i = 0; i < this.ids.size(); i++) {
				assertThat(this.top.get(i).getFirst().probability())
					.isCloseTo(other.top.get(i).getFirst().probability(), withinPercentage(2));
			}
		}

	}

	private Loaded load(ModelOptions options) {
		try (LlamaModel loaded = LlamaModel.load(this.model, options.withThreads(2));
				LlamaSession session = loaded.newSession()) {
			GenerationResult result = session.generate(GenerationRequest.ofTokens(List.of(1, 400, 500, 600))
				.withSampling(SamplingOptions.DEFAULTS.withTemperature(0))
				.withTopLogprobs(3)
				.withMaxTokens(5));
			return new Loaded(result.ids(), result.top(), loaded.transformer().memoryBytes());
		}
	}

	private Loaded load() {
		return load(ModelOptions.DEFAULTS.withWeightCache(this.cache));
	}

	/** The side file, its write protection taken away. */
	private Path sideFile() throws IOException {
		try (Stream<Path> files = Files.list(this.cache)) {
			Path side = files.filter((path) -> path.toString().endsWith(".packed")).findFirst().orElseThrow();
			assertThat(side.toFile().setWritable(true)).isTrue();
			return side;
		}
	}

	@Test
	void theSecondLoadTakesTheSideFileAndSaysTheSame() throws IOException {
		Loaded plain = load(ModelOptions.DEFAULTS);
		Loaded first = load();
		assertThat(first.isFromFile()).isFalse();
		assertThat(this.cache).isDirectoryNotContaining("glob:**.part");
		FileTime written = Files.getLastModifiedTime(sideFile());
		Loaded second = load();
		assertThat(second.isFromFile()).isTrue();
		assertThat(Files.getLastModifiedTime(sideFile())).isEqualTo(written);
		first.saysTheSameAs(plain);
		second.saysTheSameAs(plain);
		assertThat(this.log).isEmpty();
	}

	@Test
	void theSideFileIsWriteProtected() throws IOException {
		load();
		try (Stream<Path> files = Files.list(this.cache)) {
			Path side = files.filter((path) -> path.toString().endsWith(".packed")).findFirst().orElseThrow();
			Assumptions.assumeTrue(Files.getFileStore(side).supportsFileAttributeView("posix"));
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(side))).isEqualTo("r--r--r--");
		}
	}

	@Test
	void withoutTheOptionNothingIsKept() {
		load(ModelOptions.DEFAULTS);
		assertThat(this.cache).doesNotExist();
	}

	@Test
	void progressRisesToOne() {
		for (int i = 0; i < 2; i++) {
			List<Double> progress = new ArrayList<>();
			load(ModelOptions.DEFAULTS.withWeightCache(this.cache).withProgress(progress::add));
			assertThat(progress).isSorted().hasSizeGreaterThan(10).allMatch((fraction) -> fraction <= 1);
			assertThat(progress.getFirst()).isLessThan(0.3);
			assertThat(progress.getLast()).isEqualTo(1);
		}
	}

	@Test
	void aChangedModelReplacesTheSideFile() throws IOException {
		load();
		try (RandomAccessFile file = new RandomAccessFile(this.model.toFile(), "rw")) {
			file.seek(file.length() - 3);
			int last = file.read();
			file.seek(file.length() - 3);
			file.write(last ^ 0x55);
		}
		isReplaced("has changed");
	}

	@Test
	void aModelOfAnotherTimeReplacesTheSideFile() throws IOException {
		load();
		Files.setLastModifiedTime(this.model, FileTime.fromMillis(1_700_000_000_000L));
		isReplaced("has changed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "magic", "version", "header", "directory", "data", "cut", "longer", "empty", "short" })
	void aDamagedSideFileIsReplaced(String damage) throws IOException {
		load();
		Path side = sideFile();
		try (RandomAccessFile file = new RandomAccessFile(side.toFile(), "rw")) {
			switch (damage) {
				case "magic" -> flip(file, 0);
				case "version" -> flip(file, 8);
				case "header" -> flip(file, 33);
				case "directory" -> flip(file, 160);
				case "data" -> flip(file, headerBytes(file) + 10);
				case "cut" -> file.setLength(file.length() / 2);
				case "longer" -> file.setLength(file.length() + 4096);
				case "short" -> file.setLength(100);
				default -> file.setLength(0);
			}
		}
		isReplaced("cannot be used");
	}

	private static int headerBytes(RandomAccessFile file) throws IOException {
		file.seek(12);
		return Integer.reverseBytes(file.readInt());
	}

	private static void flip(RandomAccessFile file, long at) throws IOException {
		file.seek(at);
		int old = file.read();
		file.seek(at);
		file.write(old ^ 4);
	}

	@Test
	void aForeignSideFileIsReplaced() throws IOException {
		load();
		Files.write(sideFile(), Files.readAllBytes(this.model));
		isReplaced("no file of packed weights");
	}

	private void isReplaced(String reason) {
		Loaded plain = load(ModelOptions.DEFAULTS);
		this.log.clear();
		Loaded anew = load();
		assertThat(this.log).singleElement().asString().contains(".packed", reason);
		assertThat(anew.isFromFile()).isFalse();
		this.log.clear();
		Loaded again = load();
		assertThat(again.isFromFile()).isTrue();
		assertThat(this.log).isEmpty();
		anew.saysTheSameAs(plain);
		again.saysTheSameAs(plain);
	}

	@Test
	void aFolderThatCannotBeWrittenIsOneWarning() throws IOException {
		Files.writeString(this.folder.resolve("cache"), "a file where the folder should be");
		Loaded loaded = load();
		loaded.saysTheSameAs(load(ModelOptions.DEFAULTS));
		assertThat(this.log).filteredOn((line) -> line.contains("not kept"))
			.singleElement()
			.asString()
			.contains(".packed");
	}

	@Test
	void whatAnInterruptedWriteLeftIsNeverUsed() throws IOException {
		Loaded plain = load();
		Path side = sideFile();
		Path part = side.resolveSibling(side.getFileName() + ".part");
		Files.move(side, part);
		try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
			channel.truncate(channel.size() / 2);
		}
		Loaded anew = load();
		assertThat(anew.isFromFile()).isFalse();
		assertThat(part).doesNotExist();
		Loaded again = load();
		assertThat(again.isFromFile()).isTrue();
		again.saysTheSameAs(plain);
	}

	@Test
	void anInterruptedThreadKeepsNothingAndStillLoads() throws IOException {
		Loaded loaded = load(ModelOptions.DEFAULTS.withWeightCache(this.cache)
			.withProgress((fraction) -> Thread.currentThread().interrupt()));
		assertThat(Thread.interrupted()).isTrue();
		try (Stream<Path> files = Files.list(this.cache)) {
			assertThat(files).allMatch((path) -> path.toString().endsWith(".lock"));
		}
		assertThat(this.log).singleElement().asString().contains("not kept");
		loaded.saysTheSameAs(load());
	}

	@Test
	void whoComesSecondLeavesTheWritingToTheFirst() throws IOException {
		load();
		Path side = sideFile();
		Files.delete(side);
		Path lock = side.resolveSibling(side.getFileName() + ".lock");
		try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
			channel.lock();
			load();
			assertThat(side).doesNotExist();
		}
		load();
		assertThat(side).exists();
		assertThat(this.log).isEmpty();
	}

}
