package io.github.llamaspring.core.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongBiFunction;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * How fast this machine reads memory with a number of threads: what decoding is measured
 * against. Each thread reads a contiguous share of memory that no cache holds, in one
 * ascending stream and in four, because some CPUs like the one and some the other; the
 * better one counts. Used by one thread.
 */
final class BenchBandwidth implements AutoCloseable {

	/** Beyond twice the last-level cache. */
	private static final long BASE_BYTES = 256L << 20;

	private static final long USUAL_CACHE = 32L << 20;

	/** Of a machine with a huge cache: as much as is reasonable to ask for. */
	private static final long MOST_BYTES = 2L << 30;

	private static final int PASSES = 4;

	private final Arena arena = Arena.ofShared();

	private final List<MemorySegment> shares = new ArrayList<>();

	private final ExecutorService executor;

	private final BenchReader reader;

	private final long bytes;

	private BenchSamples oneStream = new BenchSamples();

	private BenchSamples fourStreams = new BenchSamples();

	/**
	 * Takes the memory and writes to all of it, so that it is really there.
	 * @throws OutOfMemoryError if there is none
	 */
	BenchBandwidth(int threads, BenchReader reader) {
		this(threads, reader, Math.min(BASE_BYTES + 2 * lastLevelCache(), MOST_BYTES));
	}

	BenchBandwidth(int threads, BenchReader reader, long about) {
		long unit = (long) BenchReader.STREAMS * BenchReader.TILE;
		long share = Math.max(about / threads / unit, 1) * unit;
		this.reader = reader;
		this.bytes = share * threads;
		try {
			MemorySegment memory = this.arena.allocate(this.bytes, 64).fill((byte) 1);
			for (int i = 0; i < threads; i++) {
				this.shares.add(memory.asSlice(i * share, share));
			}
		}
		catch (OutOfMemoryError ex) {
			this.arena.close();
			throw ex;
		}
		this.executor = Executors.newFixedThreadPool(threads,
				Thread.ofPlatform().daemon(true).name("bench-reader-", 0).factory());
	}

	private static long lastLevelCache() {
		long largest = USUAL_CACHE;
		try (Stream<Path> caches = Files.list(Path.of("/sys/devices/system/cpu/cpu0/cache"))) {
			for (Path file : caches.map((cache) -> cache.resolve("size")).filter(Files::isReadable).toList()) {
				String size = Files.readString(file).strip();
				if (size.matches("\\d{1,9}K")) {
					largest = Math.max(largest, Long.parseLong(size.substring(0, size.length() - 1)) << 10);
				}
			}
		}
		catch (IOException ex) {
			return largest; // Not every system tells.
		}
		return largest;
	}

	/**
	 * Reads all of it a few times in either way.
	 * @return the sum of all longs, the same each time
	 */
	long measure() {
		long sum = 0;
		for (int pass = 0; pass < PASSES; pass++) {
			sum = timed(this.oneStream, BenchReader::oneStream);
			timed(this.fourStreams, BenchReader::fourStreams);
		}
		return sum;
	}

	private long timed(BenchSamples samples, ToLongBiFunction<BenchReader, MemorySegment> form) {
		List<Callable<Long>> tasks = new ArrayList<>();
		this.shares.forEach((share) -> tasks.add(() -> form.applyAsLong(this.reader, share)));
		try {
			long start = System.nanoTime();
			long sum = 0;
			for (Future<Long> task : this.executor.invokeAll(tasks)) {
				sum += task.get();
			}
			samples.add((double) this.bytes / (System.nanoTime() - start));
			return sum;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while reading memory", ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("reading memory failed", ex);
		}
	}

	/**
	 * Drops what was measured so far, before the compiler was done.
	 */
	void forget() {
		this.oneStream = new BenchSamples();
		this.fourStreams = new BenchSamples();
	}

	long bytes() {
		return this.bytes;
	}

	/**
	 * Gigabytes per second, 10^9 bytes: the median of the better way, or null before the
	 * first measurement.
	 */
	@Nullable Double gigabytesPerSecond() {
		return this.oneStream.isEmpty() ? null : Math.max(this.oneStream.median(), this.fourStreams.median());
	}

	/**
	 * Gives the memory back.
	 */
	@Override
	public void close() {
		this.executor.close();
		this.arena.close();
	}

}
