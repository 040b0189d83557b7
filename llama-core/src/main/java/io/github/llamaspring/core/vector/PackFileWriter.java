package io.github.llamaspring.core.vector;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

import io.github.llamaspring.core.kernel.PackCache;
import org.jspecify.annotations.Nullable;

/**
 * Writes a side file: under another name ({@code .part}), flushed to the disk, then
 * renamed. Who writes holds a lock ({@code .lock}, which stays); what somebody left
 * unfinished is overwritten.
 *
 * @param cache where to, and for what
 * @param interleave of the matrices
 */
record PackFileWriter(PackCache cache, int interleave) {

	private static final System.Logger LOGGER = System.getLogger(PackFileWriter.class.getName());

	/** Bytes given to the system at once. */
	private static final long CHUNK = 8L << 20;

	/**
	 * Writes the matrices. Does nothing where another process does the same; where the
	 * disk is full or must not be written, one warning says so and all else goes on.
	 * @param written is told the index of each matrix
	 */
	void write(List<Packed> matrices, IntConsumer written) {
		Path target = this.cache.file();
		try {
			Files.createDirectories(target.toAbsolutePath().getParent());
			try (FileChannel lock = FileChannel.open(beside(".lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE)) {
				if (tryLock(lock) == null) {
					LOGGER.log(Level.DEBUG, "another process writes " + target);
					return;
				}
				replace(target, matrices, written);
			}
		}
		catch (IOException ex) {
			LOGGER.log(Level.WARNING,
					"the packed weights are not kept for the next start, which takes as long as this one: cannot write "
							+ target + " (" + ex
							+ "); make room, make its folder writable, or switch the weight cache off");
		}
	}

	private Path beside(String suffix) {
		return this.cache.file().resolveSibling(this.cache.file().getFileName() + suffix);
	}

	private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			return null; // another thread of this process
		}
	}

	private void replace(Path target, List<Packed> matrices, IntConsumer written) throws IOException {
		Path part = beside(".part");
		try {
			Files.deleteIfExists(part);
			Files.deleteIfExists(target); // it is of no use, and its room may be needed
			PackHeader header = header(matrices);
			long free = Files.getFileStore(part.toAbsolutePath().getParent()).getUsableSpace();
			if (header.fileBytes() > free) {
				throw new IOException("%d MiB are needed, %d are free".formatted(header.fileBytes() >> 20, free >> 20));
			}
			try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
				write(out, header, matrices, written);
				out.force(true);
			}
			protect(part);
			move(part, target);
		}
		finally {
			Files.deleteIfExists(part);
		}
	}

	/**
	 * Compiled vector kernels cannot survive that a mapped file is cut, as copying
	 * another one over it does: the process would end. On Windows nobody can cut it.
	 */
	private static void protect(Path file) throws IOException {
		if (Files.getFileStore(file).supportsFileAttributeView(PosixFileAttributeView.class)) {
			Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
		}
	}

	private static void move(Path part, Path target) throws IOException {
		try {
			Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (AtomicMoveNotSupportedException ex) {
			Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
		}
	}

	private PackHeader header(List<Packed> matrices) {
		long at = PackHeader.bytes(this.cache.source().sha256(), this.cache.cpu(), matrices.size());
		List<PackHeader.Entry> entries = new ArrayList<>(matrices.size());
		for (Packed packed : matrices) {
			entries.add(packed.entry(at));
			at = PackHeader.align(at + packed.memory().segment().byteSize());
		}
		return new PackHeader(this.cache.source(), this.cache.cpu(), PackHeader.LAYOUT, this.interleave, at, entries);
	}

	/** The header comes last: before, the file is none. */
	private static void write(FileChannel out, PackHeader header, List<Packed> matrices, IntConsumer written)
			throws IOException {
		for (int i = 0; i < matrices.size(); i++) {
			MemorySegment data = matrices.get(i).memory().segment();
			long offset = header.entries().get(i).offset();
			for (long at = 0; at < data.byteSize(); at += CHUNK) {
				writeFully(out, data.asSlice(at, Math.min(CHUNK, data.byteSize() - at)).asByteBuffer(), offset + at);
			}
			written.accept(i);
		}
		ByteBuffer end = ByteBuffer.allocate(1);
		if (out.size() < header.fileBytes()) {
			writeFully(out, end, header.fileBytes() - 1);
		}
		writeFully(out, header.encode(), 0);
	}

	private static void writeFully(FileChannel out, ByteBuffer buffer, long position) throws IOException {
		long at = position;
		while (buffer.hasRemaining()) {
			at += out.write(buffer, at);
		}
	}

}
