package io.github.llamaspring.core.store;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What was fetched so far of a file, beside it as {@code NAME.part}, and in
 * {@code NAME.part.source} the address (as a hash) and the server's version of it,
 * without which it cannot be continued.
 */
final class PartFile {

	private final Path target;

	private final Path path;

	private final Path source;

	PartFile(Path target) {
		this.target = target;
		this.path = target.resolveSibling(target.getFileName() + ".part");
		this.source = target.resolveSibling(target.getFileName() + ".part.source");
	}

	Path path() {
		return this.path;
	}

	long size() throws FetchException {
		try {
			return Files.exists(this.path) ? Files.size(this.path) : 0;
		}
		catch (IOException ex) {
			throw disk(this.path, ex);
		}
	}

	/**
	 * The version of what is there, or null if it cannot be continued.
	 */
	@Nullable String version(URI uri) throws FetchException {
		try {
			List<String> lines = Files.exists(this.source) ? Files.readAllLines(this.source) : List.of();
			return (size() > 0 && lines.size() == 2 && lines.getFirst().equals(Checksums.sha256(uri.toString())))
					? lines.getLast() : null;
		}
		catch (IOException ex) {
			return null; // unreadable: start over
		}
	}

	/**
	 * Starts over.
	 * @param version the server's version of the file, or null if it names none
	 */
	void begin(URI uri, @Nullable String version, long total) throws FetchException {
		delete();
		requireSpace(total);
		try {
			if (version != null) {
				Files.write(this.source, List.of(Checksums.sha256(uri.toString()), version));
			}
		}
		catch (IOException ex) {
			throw disk(this.path, ex);
		}
	}

	/**
	 * Fails early and clearly if the disk is too full.
	 */
	void requireSpace(long bytes) throws FetchException {
		long free;
		try {
			free = Files.getFileStore(this.path.toAbsolutePath().getParent()).getUsableSpace();
		}
		catch (IOException ex) {
			throw disk(this.path, ex);
		}
		if (bytes > free) {
			throw FetchException
				.last("the disk of " + this.path.getParent() + " has " + megabytes(free) + " free and this needs "
						+ megabytes(bytes) + "; free some space or set LLAMA_CACHE to a folder on another disk");
		}
	}

	FileChannel open() throws FetchException, InterruptedException {
		try {
			return FileChannel.open(this.path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (ClosedByInterruptException ex) {
			throw new InterruptedException();
		}
		catch (IOException ex) {
			throw disk(this.path, ex);
		}
	}

	void append(FileChannel channel, List<ByteBuffer> buffers) throws FetchException, InterruptedException {
		try {
			for (ByteBuffer buffer : buffers) {
				while (buffer.hasRemaining()) {
					channel.write(buffer);
				}
			}
		}
		catch (ClosedByInterruptException ex) {
			throw new InterruptedException();
		}
		catch (IOException ex) {
			throw disk(this.path, ex);
		}
	}

	void delete() throws FetchException {
		try {
			Files.deleteIfExists(this.path);
			Files.deleteIfExists(this.source);
		}
		catch (IOException ex) {
			throw disk(this.path, ex);
		}
	}

	/**
	 * Puts the complete file in its place.
	 */
	void complete() throws FetchException, InterruptedException {
		try (FileChannel channel = FileChannel.open(this.path, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
		catch (ClosedByInterruptException ex) {
			throw new InterruptedException();
		}
		catch (IOException ex) {
			throw disk(this.path, ex);
		}
		try {
			try {
				Files.move(this.path, this.target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
			}
			catch (AtomicMoveNotSupportedException ex) {
				Files.move(this.path, this.target, StandardCopyOption.REPLACE_EXISTING);
			}
			Files.deleteIfExists(this.source);
		}
		catch (IOException ex) {
			throw disk(this.target, ex);
		}
	}

	static FetchException disk(Path file, IOException cause) {
		String kind = cause.getClass().getSimpleName().replace("Exception", "");
		String text = HttpSource.text(cause);
		return FetchException.last("cannot write " + file + " (" + (kind.equals("IO") ? "" : kind + ": ") + text
				+ "); make room, make its folder writable, or set LLAMA_CACHE to another folder");
	}

	static String megabytes(long bytes) {
		return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
	}

}
