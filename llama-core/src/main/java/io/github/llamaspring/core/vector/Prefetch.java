package io.github.llamaspring.core.vector;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.HexFormat;

/**
 * Asks the processor for memory before it is read. Java has no such instruction, so this
 * writes a loop of thirteen bytes that does nothing else; it cannot fault, whatever the
 * address. Only on Linux on x86-64, with native access, where the system lets a process
 * run what it has written; {@code -Dllama.prefetch=none} does without. A core that
 * computes while it reads has too few reads under way to keep fast memory busy; one that
 * asks ahead reads 10 to 15 % more.
 */
final class Prefetch {

	/** Bytes by which kernels ask ahead; 4 to 16 KiB make no difference. */
	static final long AHEAD = 8192;

	/**
	 * {@code prefetcht0 [rdi]; add rdi, 64; dec rsi; jnz}, and {@code ret}.
	 */
	private static final byte[] LOOP = HexFormat.of().parseHex("0f180f" + "4883c740" + "48ffce" + "75f4" + "c3");

	private static final FunctionDescriptor TYPE = FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG,
			ValueLayout.JAVA_LONG);

	private static final long CODE = code();

	private static final MethodHandle LINES = handle();

	private Prefetch() {
	}

	private static long code() {
		boolean wanted = "auto".equals(System.getProperty("llama.prefetch", "auto"));
		boolean known = "amd64".equals(System.getProperty("os.arch"));
		return (wanted && known) ? NativeMemory.executable(LOOP) : 0;
	}

	@SuppressWarnings("restricted")
	private static MethodHandle handle() {
		if (CODE == 0) {
			return MethodHandles.empty(TYPE.toMethodType());
		}
		return Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(CODE), TYPE, Linker.Option.critical(false));
	}

	static boolean isAvailable() {
		return CODE != 0;
	}

	/**
	 * Asks for some lines of 64 bytes, at least one, without waiting for them.
	 */
	static void lines(long address, long count) {
		try {
			LINES.invokeExact(address, count);
		}
		catch (Throwable ex) {
			throw new IllegalStateException("memory cannot be asked for", ex);
		}
	}

}
