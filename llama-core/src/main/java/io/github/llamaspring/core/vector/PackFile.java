package io.github.llamaspring.core.vector;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.github.llamaspring.core.kernel.PackCache;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;
import io.github.llamaspring.core.vector.PackHeader.UnusableException;
import org.jspecify.annotations.Nullable;

/**
 * Packed weights of an earlier start, mapped: processes share them, and the system may
 * take the pages back. Used by one thread. A file is never changed once it has its name,
 * only replaced, so a mapping stays whole as long as nobody else cuts it.
 */
final class PackFile implements AutoCloseable {

	private static final System.Logger LOGGER = System.getLogger(PackFile.class.getName());

	/** Bytes that a thread reads at once. */
	private static final long CHUNK = 16L << 20;

	private final Path path;

	private final PackHeader header;

	private final Arena arena;

	private final MemorySegment mapped;

	private int taken;

	private PackFile(Path path, PackHeader header, Arena arena, MemorySegment mapped) {
		this.path = path;
		this.header = header;
		this.arena = arena;
		this.mapped = mapped;
	}

	/**
	 * Maps the side file, if there is one that fits; one log line says why one does not.
	 */
	static @Nullable PackFile open(PackCache cache) {
		Path path = cache.file();
		if (!Files.exists(path)) {
			return null;
		}
		// Kernels check the liveness of a closable arena on every load.
		Arena arena = NativeMemory.isGranted() ? Arena.ofShared() : Arena.ofAuto();
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
			PackHeader header = PackHeader.read(channel);
			header.requireFor(cache);
			return new PackFile(path, header, arena, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
		}
		catch (UnusableException ex) {
			unusable(path, ex);
		}
		catch (IOException ex) {
			unusable(path, ex);
		}
		close(arena);
		return null;
	}

	private static void unusable(Path path, Exception reason) {
		LOGGER.log(Level.WARNING, "packed weights are made anew, those in " + path + " cannot be used: "
				+ ((reason instanceof UnusableException) ? reason.getMessage() : reason.toString()));
	}

	int interleave() {
		return this.header.interleave();
	}

	/**
	 * The next matrix, or null if the file does not hold it: then it cannot be used from
	 * here on.
	 */
	@Nullable Packed next(WeightMatrix source, PackedFormat format, WorkerPool pool) {
		try {
			PackHeader.Entry entry = entry(source, format);
			this.taken++;
			MemorySegment data = this.mapped.asSlice(entry.offset(), entry.bytes());
			read(data, pool);
			if (Packed.sample(data) != entry.sample()) {
				throw new UnusableException("matrix " + this.taken + " is damaged");
			}
			long start = NativeMemory.isGranted() ? data.address() : 0;
			PackedMatrix matrix = new PackedMatrix(format, source.rows(), source.cols(),
					format.interleave(interleave()), entry.factor(), data, start);
			return new Packed(matrix, new NativeMemory.Region(data, start, () -> {
			}), source.type(), entry.sourceSample());
		}
		catch (UnusableException ex) {
			unusable(this.path, ex);
			return null;
		}
	}

	private PackHeader.Entry entry(WeightMatrix source, PackedFormat format) throws UnusableException {
		if (this.taken == this.header.entries().size()) {
			throw new UnusableException("it lacks matrices");
		}
		PackHeader.Entry entry = this.header.entries().get(this.taken);
		if (entry.type() != source.type().id() || entry.rows() != source.rows() || entry.cols() != source.cols()
				|| entry.sourceSample() != Packed.sample(source.data()) || entry.bytes() != PackedMatrix.bytes(format,
						source.rows(), source.cols(), format.interleave(interleave()))) {
			throw new UnusableException("matrix " + (this.taken + 1) + " is not this model's");
		}
		return entry;
	}

	/** The first answer is not to wait for the disk. */
	private static void read(MemorySegment data, WorkerPool pool) {
		pool.run((int) Math.ceilDiv(data.byteSize(), CHUNK), (chunk, worker) -> {
			long from = chunk * CHUNK;
			NativeMemory.populate(data.asSlice(from, Math.min(CHUNK, data.byteSize() - from)));
		});
	}

	@Override
	public void close() {
		close(this.arena);
	}

	private static void close(Arena arena) {
		if (NativeMemory.isGranted()) {
			arena.close();
		}
	}

}
