package io.github.llamaspring.guard.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Appends events to a file, one JSON object a line, each batch by one write. The file can
 * be moved or removed at any time (logrotate, without {@code copytruncate}): the next
 * batch begins a new one. It is made readable for its owner only. What can't be written,
 * say on a full disk, is counted and logged once until it works again, never thrown.
 * Thread-safe; put it behind an {@link AsyncAuditSink}.
 */
public final class JsonLinesAuditSink implements AuditSink, AuditLookup, AutoCloseable {

	private static final System.Logger LOG = System.getLogger(JsonLinesAuditSink.class.getName());

	private final Path file;

	private @Nullable FileChannel channel;

	private @Nullable Object openedKey;

	/** Whether the file may end with half a line. */
	private boolean torn;

	private boolean failing;

	private volatile long failed;

	/**
	 * @param file to append to; made with the first event, its folder must be there
	 */
	public JsonLinesAuditSink(Path file) {
		this.file = file.toAbsolutePath();
	}

	@Override
	public void accept(GuardEvent event) {
		acceptAll(List.of(event));
	}

	@Override
	public synchronized void acceptAll(List<GuardEvent> events) {
		StringBuilder lines = new StringBuilder(this.torn ? "\n" : "");
		events.forEach((event) -> lines.append(EventJson.write(event)).append('\n'));
		ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
		try {
			FileChannel out = open();
			while (bytes.hasRemaining()) {
				out.write(bytes);
			}
			this.torn = false;
			this.failing = false;
		}
		catch (IOException ex) {
			this.torn |= bytes.position() > 0;
			this.failed += events.size();
			closeQuietly();
			if (!this.failing) {
				this.failing = true;
				LOG.log(System.Logger.Level.WARNING,
						"audit events can''t be written to " + this.file + "; this is said once until it works again",
						ex);
			}
		}
	}

	private FileChannel open() throws IOException {
		FileChannel open = this.channel;
		if (open != null && open.isOpen() && isStillThere()) {
			return open;
		}
		closeQuietly();
		FileChannel opened = FileChannel.open(this.file,
				Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND), forOwnerOnly());
		this.channel = opened;
		this.openedKey = Files.readAttributes(this.file, BasicFileAttributes.class).fileKey();
		return opened;
	}

	private static FileAttribute<?>[] forOwnerOnly() {
		return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")) }
				: new FileAttribute<?>[0];
	}

	/** Whether the name still means the opened file. */
	private boolean isStillThere() throws IOException {
		try {
			Object key = Files.readAttributes(this.file, BasicFileAttributes.class).fileKey();
			return Objects.equals(key, this.openedKey);
		}
		catch (NoSuchFileException ex) {
			return false;
		}
	}

	/** Events that could not be written. */
	public long failed() {
		return this.failed;
	}

	/**
	 * Looks through the file of now, from its beginning; files that were moved away are
	 * not looked through.
	 */
	@Override
	public @Nullable GuardEvent find(UUID id) {
		String needle = "\"" + id + "\"";
		try (BufferedReader reader = Files.newBufferedReader(this.file, StandardCharsets.US_ASCII)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (line.startsWith(needle, "{\"id\":".length())) {
					return EventJson.read(line);
				}
			}
			return null;
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException("the audit events in " + this.file + " can't be read", ex);
		}
	}

	private void closeQuietly() {
		FileChannel open = this.channel;
		this.channel = null;
		if (open != null) {
			try {
				open.close();
			}
			catch (IOException ex) {
				// nothing is buffered here that could be lost
			}
		}
	}

	@Override
	public synchronized void close() {
		closeQuietly();
	}

}
