package io.github.llamaspring.core.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.Locale;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.github.llamaspring.core.error.LlamaException;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap for packed weights. Where the JVM grants native access
 * ({@code --enable-native-access}), kernels address it without checks, and Linux is asked
 * for huge pages; else it comes from a plain arena. Thread-safe.
 */
public final class NativeMemory {

	private static final boolean GRANTED = NativeMemory.class.getModule().isNativeAccessEnabled();

	/**
	 * All memory, offsets being addresses; empty without native access. A constant, so
	 * that the compiler drops the checks.
	 */
	static final MemorySegment ALL = GRANTED ? everything() : MemorySegment.NULL;

	private static final long HUGE_PAGE = 2L << 20;

	private static final int PROT_READ_WRITE = 3;

	private static final int PROT_READ_EXECUTE = 5;

	private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

	private static final int MADV_WILLNEED = 3;

	private static final int MADV_DONTNEED = 4;

	private static final int MADV_HUGEPAGE = 14;

	/** Since Linux 5.14; older ones refuse it. */
	private static final int MADV_POPULATE_READ = 22;

	private static final int PAGE = 4096;

	/** Results that are errors lie in the last page of addresses. */
	private static final long FIRST_ERROR = -4096;

	private static final @Nullable Posix POSIX = GRANTED ? Posix.find() : null;

	/** So that reading what nobody looks at is not left out. */
	private static volatile byte touched;

	private NativeMemory() {
	}

	@SuppressWarnings("restricted")
	private static MemorySegment everything() {
		return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
	}

	/**
	 * Whether offsets are addresses within {@link #ALL}.
	 */
	public static boolean isGranted() {
		return GRANTED;
	}

	/**
	 * Whether memory takes room only where it is written.
	 */
	static boolean isLazy() {
		return POSIX != null;
	}

	/**
	 * Zeroed memory, aligned to 64 bytes.
	 * @throws LlamaException if there is none left
	 */
	public static Region allocate(long bytes) {
		Posix posix = POSIX;
		if (posix != null) {
			return posix.map(bytes);
		}
		if (GRANTED) {
			Arena arena = Arena.ofShared();
			return plain(bytes, arena, arena::close);
		}
		// Kernels check the liveness of a closable arena on every load.
		return plain(bytes, Arena.ofAuto(), () -> {
		});
	}

	/**
	 * A little memory that goes when nobody knows it any more.
	 */
	static Region scratch(long bytes) {
		return plain(bytes, Arena.ofAuto(), () -> {
		});
	}

	/**
	 * Memory that holds some bytes of machine code, for good.
	 * @return its address, or 0 where there is no such memory
	 */
	static long executable(byte[] code) {
		Posix posix = POSIX;
		return (posix != null) ? posix.mapExecutable(code) : 0;
	}

	private static Region plain(long bytes, Arena arena, Runnable closing) {
		try {
			MemorySegment segment = arena.allocate(Math.max(bytes, 64), 64);
			return new Region(segment, GRANTED ? segment.address() : 0, closing);
		}
		catch (OutOfMemoryError ex) {
			throw noMemory(bytes, ex);
		}
	}

	private static LlamaException noMemory(long bytes, Throwable cause) {
		return new LlamaException(
				"the system has no %d MiB for weights: close other programs or take a smaller model or quantisation"
					.formatted(bytes >> 20),
				cause);
	}

	/**
	 * Tells the system that pages of a mapped file are not needed for now; they can be
	 * read again. Does nothing where that is not possible.
	 */
	static void discard(MemorySegment mapped) {
		Posix posix = POSIX;
		if (posix != null && mapped.isMapped()) {
			long from = (mapped.address() + PAGE - 1) & -PAGE;
			long to = (mapped.address() + mapped.byteSize()) & -PAGE;
			if (to > from) {
				posix.advise(from, to - from, MADV_DONTNEED);
			}
		}
	}

	/**
	 * Reads pages of a mapped file, so that whoever uses them later does not wait.
	 */
	static void populate(MemorySegment mapped) {
		Posix posix = POSIX;
		if (posix != null && mapped.isMapped()) {
			long from = mapped.address() & -PAGE;
			long bytes = mapped.address() + mapped.byteSize() - from;
			posix.advise(from, bytes, MADV_WILLNEED);
			if (posix.advise(from, bytes, MADV_POPULATE_READ)) {
				return;
			}
		}
		byte all = 0;
		for (long at = 0; at < mapped.byteSize(); at += PAGE) {
			all |= mapped.get(ValueLayout.JAVA_BYTE, at);
		}
		touched = all;
	}

	/**
	 * Bytes that {@link #allocate} gives at most, whatever the machine has: without
	 * native access the JVM counts them as memory of direct buffers.
	 */
	static long limit() {
		if (POSIX != null) {
			return Long.MAX_VALUE;
		}
		HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
		try {
			long direct = (options != null) ? Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue()) : 0;
			return (direct > 0) ? direct : Runtime.getRuntime().maxMemory();
		}
		catch (IllegalArgumentException ex) {
			return Long.MAX_VALUE; // not HotSpot
		}
	}

	/**
	 * A piece of memory.
	 *
	 * @param segment the memory
	 * @param start what kernels add to an offset within it
	 * @param closing gives it back
	 */
	public record Region(MemorySegment segment, long start, Runnable closing) implements AutoCloseable {

		/** Gives the memory back; nobody may use it then. */
		@Override
		public void close() {
			this.closing.run();
		}

	}

	/**
	 * Four functions of the C library.
	 *
	 * @param mmap maps memory
	 * @param madvise says what it is for
	 * @param mprotect says what may be done with it
	 * @param munmap gives it back
	 */
	private record Posix(MethodHandle mmap, MethodHandle madvise, MethodHandle mprotect, MethodHandle munmap) {

		static @Nullable Posix find() {
			if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
				return null;
			}
			return new Posix(function("mmap",
					FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
							ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)),
					function("madvise",
							FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
									ValueLayout.JAVA_INT)),
					function("mprotect",
							FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
									ValueLayout.JAVA_INT)),
					function("munmap",
							FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG)));
		}

		@SuppressWarnings("restricted")
		private static MethodHandle function(String name, FunctionDescriptor descriptor) {
			Linker linker = Linker.nativeLinker();
			return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
		}

		/** The pages are touched by whoever fills them, after the advice. */
		Region map(long bytes) {
			long size = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
			long mapped = call(() -> (long) this.mmap.invokeExact(0L, size + HUGE_PAGE, PROT_READ_WRITE,
					MAP_PRIVATE_ANONYMOUS, -1, 0L));
			if (mapped >= FIRST_ERROR && mapped < 0) {
				throw noMemory(bytes, new OutOfMemoryError("mmap: " + mapped));
			}
			long start = (mapped + HUGE_PAGE - 1) & -HUGE_PAGE;
			advise(start, size, MADV_HUGEPAGE);
			return new Region(ALL.asSlice(start, bytes), start,
					() -> call(() -> (int) this.munmap.invokeExact(mapped, size + HUGE_PAGE)));
		}

		/** Never writable and executable at once. */
		long mapExecutable(byte[] code) {
			long mapped = call(() -> (long) this.mmap.invokeExact(0L, (long) PAGE, PROT_READ_WRITE,
					MAP_PRIVATE_ANONYMOUS, -1, 0L));
			if (mapped >= FIRST_ERROR && mapped < 0) {
				return 0;
			}
			MemorySegment.copy(code, 0, ALL, ValueLayout.JAVA_BYTE, mapped, code.length);
			boolean allowed = call(() -> (int) this.mprotect.invokeExact(mapped, (long) PAGE, PROT_READ_EXECUTE)) == 0;
			if (!allowed) {
				call(() -> (int) this.munmap.invokeExact(mapped, (long) PAGE));
			}
			return allowed ? mapped : 0;
		}

		/** Advice that is not taken does no harm. */
		boolean advise(long start, long bytes, int advice) {
			return call(() -> (int) this.madvise.invokeExact(start, bytes, advice)) == 0;
		}

		private static long call(Call call) {
			try {
				return call.run();
			}
			catch (Throwable ex) {
				throw new IllegalStateException("a function of the C library cannot be called", ex);
			}
		}

	}

	private interface Call {

		long run() throws Throwable;

	}

}
