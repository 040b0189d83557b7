package io.github.llamaspring.core.store;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.llamaspring.core.store.ModelReference.Remote;

import static io.github.llamaspring.core.store.StoreFixture.content;
import static io.github.llamaspring.core.store.StoreFixture.sha256;
import static io.github.llamaspring.core.store.StoreFixture.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ModelStoreTests {

	private static final byte[] CONTENT = content(200_000, 1);

	@TempDir
	private Path folder;

	@Test
	void findsLocalFilesHoweverTheyAreWritten() throws Exception {
		Path file = Files.createFile(this.folder.resolve("a b.gguf"));
		ModelStore store = store(this.folder);
		assertThat(store.resolve(file.toString())).isEqualTo(file);
		assertThat(store.resolve(file.toUri().toString())).isEqualTo(file);
		assertThat(store.resolve("file:" + file)).isEqualTo(file);
		assertThat(store.resolve("~/a b.gguf")).isEqualTo(file);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "nothing/here.gguf", "owner/repo/file.gguf", "file:/nothing", "ftp://x/y", "s3:x",
			"http://example.org/m.gguf", "http://localhost.example.org/m.gguf", "http://127.0.0.1.nip.io/x",
			"https://user:secret@example.org/x", "https:///x", "https://example.org/x#sha256=12",
			"https://example.org/x#other", "hf:a/b", "hf:a/../c.gguf", "hf:a/b/../../c.gguf", "hf:a/b/c.gguf#x",
			"hf:a b/c/d", "https://a b/", "file:", "a\u0000b" })
	void badReferencesGiveOneClearLine(String reference) {
		assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> store(this.folder).resolve(reference))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret")
				.startsWith("cannot get the model '")
				.hasLineCount(1));
	}

	@Test
	void offlineTakesFromTheCacheOnly() throws Exception {
		try (BadServer server = new BadServer((request, reply) -> reply.file(request, CONTENT, "\"x\""))) {
			ModelStore offline = store(this.folder, "LLAMA_OFFLINE", "true");
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> offline.resolve(server.url("/m.gguf")))
				.withMessageContaining("LLAMA_OFFLINE=true")
				.withMessageContaining(this.folder.toString());
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> store(this.folder, "HF_HUB_OFFLINE", "1").resolve("hf:a/b/c.gguf"))
				.withMessageContaining("HF_HUB_OFFLINE=1");
			assertThat(server.requests()).isEmpty();
			Path file = store(this.folder).resolve(server.url("/m.gguf"));
			assertThat(offline.resolve(server.url("/m.gguf"))).isEqualTo(file);
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void aFileDamagedInTheCacheIsFetchedAnew() throws Exception {
		try (BadServer server = new BadServer((request, reply) -> reply.file(request, CONTENT, "\"x\""))) {
			String reference = server.url("/m.gguf#sha256=" + sha256(CONTENT));
			Path file = store(this.folder).resolve(reference);
			Files.write(file, new byte[CONTENT.length]);
			Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(1_000_000));
			assertThat(store(this.folder).resolve(reference)).hasBinaryContent(CONTENT);
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void namesFromAddressesCannotLeaveTheCache() throws Exception {
		for (String name : List.of("..", "../x", "..%2f..%2fx", "..%5C..%5Cx.gguf", "%00.gguf", ".hidden", "con.gguf",
				"a%0Ab", "x".repeat(400) + ".gguf", "", "dot.", "ü.gguf")) {
			Remote remote = new Remote(new URI("https://h/" + name), null, false);
			Path path = CacheNames.of(this.folder, remote);
			assertThat(path.normalize().getParent().getParent()).as(name).isEqualTo(this.folder);
			assertThat(path.getFileName().toString()).matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,140}")
				.doesNotMatch("(?i)con\\..*|.*\\.");
		}
		assertThat(CacheNames.harmless("a b")).isNotEqualTo(CacheNames.harmless("a?b"));
		assertThat(CacheNames.of(this.folder, new Remote(new URI("https://h/m?v=1"), null, false)))
			.isNotEqualTo(CacheNames.of(this.folder, new Remote(new URI("https://h/m?v=2"), null, false)));
	}

	@Test
	void eachSystemHasItsCacheFolder() {
		Path home = this.folder;
		assertThat(new StoreEnvironment(Map.of(), "Linux", home).cacheFolder())
			.isEqualTo(home.resolve(".cache/llama-spring"));
		assertThat(new StoreEnvironment(Map.of("XDG_CACHE_HOME", home + "/x"), "Linux", home).cacheFolder())
			.isEqualTo(home.resolve("x/llama-spring"));
		assertThat(new StoreEnvironment(Map.of(), "Mac OS X", home).cacheFolder())
			.isEqualTo(home.resolve("Library/Caches/llama-spring"));
		assertThat(new StoreEnvironment(Map.of("LocalAppData", home + "/l"), "Windows 11", home).cacheFolder())
			.isEqualTo(home.resolve("l/llama-spring"));
		assertThat(new StoreEnvironment(Map.of("LLAMA_CACHE", home + "/c"), "Windows 11", home).cacheFolder())
			.isEqualTo(home.resolve("c"));
	}

	@Test
	void proxiesFollowTheEnvironment() {
		EnvironmentProxy proxy = new EnvironmentProxy(new StoreEnvironment(
				Map.of("HTTPS_PROXY", "http://u:p@proxy:3128", "no_proxy", "localhost, .internal.example,10.0.0.1"),
				"Linux", this.folder));
		assertThat(proxy.proxyFor(URI.create("https://huggingface.co/x"))).hasHost("proxy").hasPort(3128);
		assertThat(proxy.proxyFor(URI.create("https://a.internal.example/x"))).isNull();
		assertThat(proxy.proxyFor(URI.create("https://internal.example/x"))).isNull();
		assertThat(proxy.proxyFor(URI.create("https://xinternal.example/x"))).isNotNull();
		assertThat(proxy.proxyFor(URI.create("https://10.0.0.1/x"))).isNull();
		assertThat(proxy.proxyFor(URI.create("http://127.0.0.1/x"))).isNull();
	}

	@Test
	void threadsFetchAFileOnce() throws Exception {
		try (BadServer server = slow(); ExecutorService executor = Executors.newFixedThreadPool(4)) {
			List<Callable<Path>> calls = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				calls.add(() -> store(this.folder).resolve(server.url("/m.gguf")));
			}
			for (Future<Path> path : executor.invokeAll(calls)) {
				assertThat(path.get()).hasBinaryContent(CONTENT);
			}
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void processesFetchAFileOnce() throws Exception {
		try (BadServer server = slow()) {
			List<Process> children = List.of(child(server.url("/m.gguf")), child(server.url("/m.gguf")));
			for (Process child : children) {
				assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
				String output = new String(child.getInputStream().readAllBytes());
				assertThat(child.exitValue()).as(output).isZero();
				assertThat(Path.of(output.lines().toList().getLast())).hasBinaryContent(CONTENT);
			}
			assertThat(server.requests()).hasSize(1);
		}
	}

	/** Long enough that a second process comes while the first is at it. */
	private static BadServer slow() throws Exception {
		return new BadServer((request, reply) -> {
			reply.head("200 OK", "Content-Length: " + CONTENT.length, "ETag: \"x\"");
			for (int i = 0; i < 10; i++) {
				reply.body(CONTENT, i * 20_000, (i + 1) * 20_000);
				Thread.sleep(200);
			}
		});
	}

	private Process child(String reference) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx64m", "-cp", System.getProperty("java.class.path"), Child.class.getName(), reference);
		builder.environment().put("LLAMA_CACHE", this.folder.toString());
		builder.environment().remove("LLAMA_OFFLINE");
		return builder.redirectErrorStream(true).start();
	}

	/** The other process. */
	static final class Child {

		private Child() {
		}

		public static void main(String[] args) {
			System.out.println(ModelStore.ofSystem().resolve(args[0]));
		}

	}

}
