package io.github.llamaspring.core.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.llamaspring.core.store.BadServer.Handler;
import io.github.llamaspring.core.store.FetchProgress.Phase;

import static io.github.llamaspring.core.store.StoreFixture.content;
import static io.github.llamaspring.core.store.StoreFixture.hasty;
import static io.github.llamaspring.core.store.StoreFixture.sha256;
import static io.github.llamaspring.core.store.StoreFixture.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HttpDownloadTests {

	private static final int SIZE = 300_000;

	private static final byte[] CONTENT = content(SIZE, 1);

	private static final String ETAG = "\"one\"";

	@TempDir
	private Path cache;

	private void fails(Handler handler, String message, int requests) throws Exception {
		fails(store(this.cache), handler, message, requests);
	}

	private void fails(ModelStore store, Handler handler, String message, int requests) throws Exception {
		try (BadServer server = new BadServer(handler)) {
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> store.resolve(server.url("/m.gguf#sha256=" + sha256(CONTENT))))
				.withMessageContaining(message)
				.satisfies((ex) -> assertThat(ex.getMessage().lines()).hasSize(1));
			assertThat(server.requests()).hasSize(requests);
			assertThat(files()).noneMatch((name) -> name.endsWith("m.gguf"));
		}
	}

	private Path works(Handler handler, int requests) throws Exception {
		return works(store(this.cache), handler, requests);
	}

	private Path works(ModelStore store, Handler handler, int requests) throws Exception {
		try (BadServer server = new BadServer(handler)) {
			Path file = store.resolve(server.url("/m.gguf#sha256=" + sha256(CONTENT)));
			assertThat(file).hasBinaryContent(CONTENT);
			assertThat(server.requests()).hasSize(requests);
			assertThat(files()).noneMatch((name) -> name.contains(".part"));
			return file;
		}
	}

	private long partSize() throws IOException {
		try (Stream<Path> files = Files.walk(this.cache)) {
			return files.filter((file) -> file.toString().endsWith(".part"))
				.mapToLong((file) -> file.toFile().length())
				.sum();
		}
	}

	private List<String> files() throws Exception {
		try (Stream<Path> files = Files.walk(this.cache)) {
			return files.filter(Files::isRegularFile).map((file) -> file.getFileName().toString()).toList();
		}
	}

	@Test
	void fetchesOnceAndReportsProgress() throws Exception {
		try (BadServer server = new BadServer((request, reply) -> reply.file(request, CONTENT, ETAG))) {
			List<FetchProgress> progress = new ArrayList<>();
			String reference = server.url("/a/m.gguf#sha256=" + sha256(CONTENT));
			Path file = store(this.cache).resolve(reference, progress::add);
			assertThat(file).hasBinaryContent(CONTENT).hasFileName("m.gguf").startsWith(this.cache);
			assertThat(progress.stream().map(FetchProgress::phase).distinct()).containsExactly(Phase.CHECKING_CACHE,
					Phase.CONNECTING, Phase.DOWNLOADING, Phase.VERIFYING, Phase.READY);
			assertThat(progress).contains(new FetchProgress(Phase.DOWNLOADING, "m.gguf", SIZE, SIZE));
			assertThat(progress.getLast()).isEqualTo(new FetchProgress(Phase.READY, "m.gguf", SIZE, SIZE));
			progress.clear();
			assertThat(store(this.cache).resolve(reference, progress::add)).isEqualTo(file);
			assertThat(progress.stream().map(FetchProgress::phase)).as("verified once, noted")
				.containsExactly(Phase.CHECKING_CACHE, Phase.READY);
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void continuesWhereTheConnectionDropped() throws Exception {
		works((request, reply) -> {
			if (request.number() == 1) {
				reply.head("200 OK", "Content-Length: " + SIZE, "ETag: " + ETAG);
				reply.body(CONTENT, 0, 100_000);
			}
			else {
				assertThat(request.from()).isBetween(1, SIZE - 1);
				assertThat(request.header("if-range")).isEqualTo(ETAG);
				reply.partial(CONTENT, request.from(), ETAG);
				reply.body(CONTENT, request.from(), Math.min(SIZE, request.from() + 120_000));
			}
		}, 3);
	}

	@Test
	void continuesAtTheNextStart() throws Exception {
		fails(hasty(this.cache), (request, reply) -> {
			reply.head("200 OK", "Content-Length: " + SIZE, "ETag: " + ETAG);
			if (request.number() == 1) {
				reply.body(CONTENT, 0, 100_000);
			}
			else {
				reply.hold();
			}
		}, "stopped at", 4);
		assertThat(files()).contains("m.gguf.part");
	}

	@Test
	void startsOverWhereTheServerIgnoresRanges() throws Exception {
		works((request, reply) -> {
			reply.head("200 OK", "Content-Length: " + SIZE, "ETag: " + ETAG);
			reply.body(CONTENT, 0, (request.number() == 1) ? 100_000 : SIZE);
		}, 2);
	}

	@Test
	void startsOverWhereTheFileChangedMeanwhile() throws Exception {
		byte[] old = content(SIZE, 2);
		works((request, reply) -> {
			if (request.number() == 1) {
				reply.head("200 OK", "Content-Length: " + SIZE, "ETag: \"old\"");
				reply.body(old, 0, 100_000);
			}
			else {
				reply.file(request, CONTENT, ETAG);
			}
		}, 2);
	}

	@Test
	void startsOverWhenTheContinuedFileHasTheWrongHash() throws Exception {
		byte[] old = content(SIZE, 2);
		try (BadServer server = new BadServer((request, reply) -> {
			if (request.number() <= 4) {
				reply.head("200 OK", "Content-Length: " + SIZE, "ETag: " + ETAG);
				reply.body(old, 0, (request.number() == 4) ? 100_000 : 0);
			}
			else {
				reply.file(request, CONTENT, ETAG); // lies: the same ETag for other bytes
			}
		})) {
			String reference = server.url("/m.gguf#sha256=" + sha256(CONTENT));
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> store(this.cache).resolve(reference));
			assertThat(store(this.cache).resolve(reference)).hasBinaryContent(CONTENT);
			assertThat(server.requests()).hasSize(6);
		}
	}

	@Test
	void aCompletePartIsTakenOn416() throws Exception {
		works((request, reply) -> {
			if (request.number() == 1) { // chunked, complete, but without its end
				reply.head("200 OK", "Transfer-Encoding: chunked", "ETag: " + ETAG);
				reply.out().write((Integer.toHexString(SIZE) + "\r\n").getBytes());
				reply.body(CONTENT, 0, SIZE);
			}
			else {
				assertThat(request.from()).isEqualTo(SIZE);
				reply.empty("416 Range Not Satisfiable", "Content-Range: bytes */" + SIZE);
			}
		}, 2);
	}

	@Test
	void anImpossiblePartIsThrownAwayOn416() throws Exception {
		works((request, reply) -> {
			switch (request.number()) {
				case 1 -> {
					reply.head("200 OK", "Content-Length: " + SIZE, "ETag: " + ETAG);
					reply.body(CONTENT, 0, 100_000);
				}
				case 2 -> reply.empty("416 Range Not Satisfiable", "Content-Range: bytes */50");
				default -> {
					assertThat(request.header("range")).isNull();
					reply.file(request, CONTENT, ETAG);
				}
			}
		}, 3);
	}

	@Test
	void serverErrorsPass() throws Exception {
		works((request, reply) -> {
			if (request.number() <= 2) {
				reply.empty((request.number() == 1) ? "503 Service Unavailable" : "500 Oops");
			}
			else {
				reply.file(request, CONTENT, ETAG);
			}
		}, 3);
	}

	@Test
	void givesUpOnLastingErrors() throws Exception {
		fails((request, reply) -> reply.empty("502 Bad Gateway"), "HTTP 502", 4);
	}

	@Test
	void aMissingFileIsNotAskedForAgain() throws Exception {
		fails((request, reply) -> reply.empty("404 Not Found"), "HTTP 404", 1);
	}

	@Test
	void aClosedModelNamesTheToken() throws Exception {
		fails((request, reply) -> reply.empty("403 Forbidden"), "HF_TOKEN", 1);
	}

	@Test
	void aMissingTokenIsNamed() throws Exception {
		fails((request, reply) -> reply.empty("401 Unauthorized"), "HF_TOKEN", 1);
	}

	@Test
	void aWebPageIsNoModel() throws Exception {
		byte[] page = "<html>Please log in</html>".getBytes();
		try (BadServer server = new BadServer((request, reply) -> reply.file(request, page, ETAG))) {
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> store(this.cache).resolve(server.url("/m.gguf")))
				.withMessageContaining("web page");
			assertThat(files()).noneMatch((name) -> name.startsWith("m.gguf") && !name.endsWith(".lock"));
		}
	}

	@Test
	void aHangingServerIsLeftAfterATime() throws Exception {
		works(hasty(this.cache), (request, reply) -> {
			if (request.number() == 1) {
				reply.head("200 OK", "Content-Length: " + SIZE, "ETag: " + ETAG);
				reply.body(CONTENT, 0, 100_000);
				Thread.sleep(10_000);
			}
			else {
				reply.file(request, CONTENT, ETAG);
			}
		}, 2);
	}

	@Test
	void theWrongContentIsRefused() throws Exception {
		byte[] other = content(SIZE, 3);
		fails((request, reply) -> reply.file(request, other, ETAG), "SHA-256", 1);
		assertThat(files()).noneMatch((name) -> name.contains(".part"));
	}

	@Test
	void aLengthThatIsTooSmallIsNoticed() throws Exception {
		fails((request, reply) -> {
			reply.head("200 OK", "Content-Length: " + (SIZE - 1000), "ETag: " + ETAG);
			reply.body(CONTENT, 0, SIZE);
		}, "SHA-256", 1);
	}

	@Test
	void aLengthThatIsTooLargeIsNoticed() throws Exception {
		fails((request, reply) -> {
			reply.head("200 OK", "Content-Length: " + (SIZE + 1000), "ETag: " + ETAG);
			reply.body(CONTENT, 0, SIZE);
		}, "stopped at", 4);
	}

	@Test
	void moreThanTheDiskHoldsIsRefusedAtOnce() throws Exception {
		fails((request, reply) -> {
			reply.head("200 OK", "Content-Length: " + Long.MAX_VALUE / 4, "ETag: " + ETAG);
			reply.hold();
		}, "free", 1);
	}

	@Test
	void redirectsAreFollowedAFewTimes() throws Exception {
		works((request, reply) -> {
			if (request.number() <= 5) {
				reply.empty("302 Found", "Location: /step" + request.number());
			}
			else {
				reply.file(request, CONTENT, ETAG);
			}
		}, 6);
	}

	@Test
	void aRedirectLoopEnds() throws Exception {
		fails((request, reply) -> reply.empty("302 Found", "Location: /m.gguf"), "redirects more than 5 times", 6);
	}

	@Test
	void aRedirectToPlainHttpElsewhereIsRefused() throws Exception {
		fails((request, reply) -> reply.empty("302 Found", "Location: http://example.org/m.gguf"), "not safe", 1);
		fails((request, reply) -> reply.empty("302 Found", "Location: file:///etc/passwd"), "host", 1);
	}

	@Test
	void anInterruptEndsTheDownloadAndKeepsWhatIsThere() throws Exception {
		Thread test = Thread.currentThread();
		try (BadServer server = new BadServer((request, reply) -> {
			if (request.number() == 1) {
				reply.head("200 OK", "Content-Length: " + SIZE, "ETag: " + ETAG);
				reply.body(CONTENT, 0, 100_000);
				while (partSize() == 0) {
					Thread.sleep(20);
				}
				test.interrupt();
				Thread.sleep(5000);
			}
			else {
				assertThat(request.from()).isPositive();
				reply.file(request, CONTENT, ETAG);
			}
		})) {
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> store(this.cache).resolve(server.url("/m.gguf")))
				.withMessageContaining("interrupted");
			assertThat(Thread.interrupted()).isTrue();
			assertThat(store(this.cache).resolve(server.url("/m.gguf"))).hasBinaryContent(CONTENT);
		}
	}

	@Test
	void anUnwritableFolderIsNamed() throws Exception {
		Path file = Files.createFile(this.cache.resolve("file"));
		try (BadServer server = new BadServer((request, reply) -> reply.file(request, CONTENT, ETAG))) {
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> store(file.resolve("cache")).resolve(server.url("/m.gguf")))
				.withMessageContaining("LLAMA_CACHE")
				.withMessageContaining(file.toString());
		}
	}

	@Test
	void allPartsOfASplitFileAreFetchedSideBySide() throws Exception {
		try (BadServer server = new BadServer((request, reply) -> reply.file(request, CONTENT, ETAG))) {
			Path first = store(this.cache).resolve(server.url("/x/big-00001-of-00003.gguf?a=b"));
			assertThat(first).hasFileName("big-00001-of-00003.gguf");
			assertThat(first.resolveSibling("big-00002-of-00003.gguf")).exists();
			assertThat(first.resolveSibling("big-00003-of-00003.gguf")).exists();
			assertThat(server.requests().getLast().path()).isEqualTo("/x/big-00003-of-00003.gguf?a=b");
		}
	}

}
