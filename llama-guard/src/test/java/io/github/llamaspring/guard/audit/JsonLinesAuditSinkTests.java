package io.github.llamaspring.guard.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Band;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

class JsonLinesAuditSinkTests {

	@TempDir
	private Path folder;

	private static GuardEvent full() {
		Instant now = Instant.now();
		return new GuardEvent(EventIds.next(now), now, Stage.TOOL_RESULT, "tenant \"ä\"\n\ud800", "c0ffee",
				Action.BLOCK, Band.HIT, Status.TIMEOUT, "U2.2", "harm.x", new PolicyInfo("shop/beta", "3", "abc"),
				List.of(new GuardEvent.Found("harm.x", "U2.2", Band.HIT, 0.25, Action.BLOCK)), 7, "hash", 12, "pt",
				12345, true, true, true, new EncryptedText("k1", "AAAA"));
	}

	@Test
	void keepsAllThatIsKnown() throws Exception {
		GuardEvent event = full();
		Path file = this.folder.resolve("audit.jsonl");
		try (JsonLinesAuditSink sink = new JsonLinesAuditSink(file)) {
			sink.acceptAll(List.of(AsyncAuditSinkTests.event(1), event));
			sink.accept(AsyncAuditSinkTests.event(2));
			assertThat(Files.readAllLines(file)).hasSize(3);
			assertThat(EventJson.read(Files.readAllLines(file).get(1))).isEqualTo(event);
			assertThat(sink.find(event.id())).isEqualTo(event);
			assertThat(sink.find(UUID.randomUUID())).isNull();
			assertThat(sink.failed()).isZero();
		}
		if (Files.getFileStore(this.folder).supportsFileAttributeView("posix")) {
			assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
		}
	}

	@Test
	void beginsANewFileWhenTheOldOneWasMoved() throws Exception {
		Path file = this.folder.resolve("audit.jsonl");
		try (JsonLinesAuditSink sink = new JsonLinesAuditSink(file)) {
			assertThat(sink.find(UUID.randomUUID())).isNull();
			sink.accept(AsyncAuditSinkTests.event(1));
			Files.move(file, this.folder.resolve("audit.jsonl.1"));
			sink.accept(AsyncAuditSinkTests.event(2));
			Files.move(file, this.folder.resolve("audit.jsonl.2"));
			Files.createFile(file);
			sink.accept(AsyncAuditSinkTests.event(3));
			sink.accept(AsyncAuditSinkTests.event(4));
		}
		assertThat(Files.readAllLines(file)).hasSize(2);
		assertThat(Files.readAllLines(this.folder.resolve("audit.jsonl.1"))).hasSize(1);
		assertThat(Files.readAllLines(this.folder.resolve("audit.jsonl.2"))).hasSize(1);
	}

	@Test
	void countsWhatCannotBeWrittenAndGoesOn() throws Exception {
		Path missing = this.folder.resolve("later");
		Path file = missing.resolve("audit.jsonl");
		try (JsonLinesAuditSink sink = new JsonLinesAuditSink(file)) {
			sink.acceptAll(List.of(AsyncAuditSinkTests.event(1), AsyncAuditSinkTests.event(2)));
			assertThat(sink.failed()).isEqualTo(2);
			Files.createDirectory(missing);
			sink.accept(AsyncAuditSinkTests.event(3));
			assertThat(sink.failed()).isEqualTo(2);
		}
		assertThat(Files.readAllLines(file)).hasSize(1);
	}

	@Test
	void aFullDiskIsCounted() {
		Path full = Path.of("/dev/full");
		assumeThat(full).exists();
		try (JsonLinesAuditSink sink = new JsonLinesAuditSink(full)) {
			sink.accept(AsyncAuditSinkTests.event(1));
			sink.accept(AsyncAuditSinkTests.event(2));
			assertThat(sink.failed()).isEqualTo(2);
		}
	}

	@Test
	void refusesWhatIsNoEvent() {
		for (String json : List.of("", "[]", "{}", "{\"id\":\"x\"}", EventJson.write(full()).replace("BLOCK", "NO"),
				EventJson.write(full()).replace("\"time\":\"20", "\"time\":\"x"))) {
			assertThatIllegalArgumentException().isThrownBy(() -> EventJson.read(json));
		}
	}

}
