package io.github.llamaspring.core.vector;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.github.llamaspring.core.kernel.CpuName;
import io.github.llamaspring.core.kernel.WorkerPool;

/**
 * The kernels for one token alone, in each layout, in turns with a C program that only
 * reads: gigabytes a second of weights that no cache holds, two threads. For people, not
 * for the build; {@code examples/bench-gemv} runs it. Arguments: formats; needs native
 * access and a C compiler.
 */
final class GemvBench {

	private static final int THREADS = Integer.getInteger("threads", 2);

	private static final int COLUMNS = 5120;

	private static final long BYTES = 768L << 20;

	private static final int ROUNDS = 15;

	private static final long PATIENCE = 10_000_000_000L;

	private final NativeMemory.Region memory = NativeMemory.allocate(BYTES);

	private final WorkerPool pool = new WorkerPool(THREADS);

	private final KernelRuns runs = new KernelRuns(PackedKernels.get());

	private final Panel panel = new Panel();

	private GemvBench() {
		this.panel.reserve(COLUMNS, 1, Panel.Need.ALL);
		this.panel.columns(COLUMNS);
		this.pool.run(THREADS, (chunk,
				worker) -> this.memory.segment().asSlice(chunk * (BYTES / THREADS), BYTES / THREADS).fill((byte) 0x11));
	}

	public static void main(String[] arguments) throws IOException, InterruptedException {
		GemvBench bench = new GemvBench();
		MethodHandle[] readers = readers();
		System.out.printf("%s, %d threads, %d bits%n", CpuName.get(), THREADS, bench.runs.kernels().bits());
		for (String format : arguments) {
			bench.compare(PackedFormat.valueOf(format.toUpperCase(Locale.ROOT)), readers);
		}
		bench.pool.close();
		bench.memory.close();
	}

	@SuppressWarnings("restricted")
	private static MethodHandle[] readers() throws IOException, InterruptedException {
		Path library = Files.createTempFile("read", ".so");
		List<String> command = List.of("cc", "-O3", "-march=native", "-shared", "-fPIC", "-o", library.toString(),
				System.getProperty("source"));
		if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
			throw new IOException(String.join(" ", command) + " failed");
		}
		SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
		Files.delete(library);
		FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
				ValueLayout.JAVA_LONG);
		MethodHandle[] readers = new MethodHandle[2];
		readers[0] = Linker.nativeLinker().downcallHandle(symbols.findOrThrow("one_stream"), type);
		readers[1] = Linker.nativeLinker().downcallHandle(symbols.findOrThrow("four_streams"), type);
		return readers;
	}

	private void compare(PackedFormat format, MethodHandle[] readers) {
		List<String> names = new ArrayList<>(List.of("C, one stream", "C, four streams"));
		List<Runnable> ways = new ArrayList<>();
		for (MethodHandle reader : readers) {
			ways.add(() -> read(reader));
		}
		for (Layout layout : KernelProbe.LAYOUTS) {
			PackedKernels.Product product = this.runs.kernels().single(format, layout);
			if (product != null) {
				KernelRun run = this.runs.product(format, product, 1, layout.groups());
				if (!KernelRun.settle(List.of(run), System.nanoTime() + PATIENCE)) {
					throw new IllegalStateException(format + ": the kernel does not become fast");
				}
				names.add("%s, %d a stream, %d at once%s".formatted(format, layout.interleave(), layout.groups(),
						layout.prefetched() ? ", prefetched" : ""));
				PackedMatrix m = matrix(format, layout.interleave());
				float[] y = new float[m.rows()];
				ways.add(() -> multiply(m, product, layout, y));
			}
		}
		double[][] rates = new double[ways.size()][ROUNDS];
		for (int round = -1; round < ROUNDS; round++) {
			for (int way = 0; way < rates.length; way++) {
				long start = System.nanoTime();
				ways.get(way).run();
				if (round >= 0) {
					rates[way][round] = (double) bytes(format) / (System.nanoTime() - start);
				}
			}
		}
		double[] best = new double[ROUNDS];
		Arrays.setAll(best, (round) -> Math.max(rates[0][round], rates[1][round]));
		for (int way = 0; way < rates.length; way++) {
			double[] ratios = new double[ROUNDS];
			for (int round = 0; round < ROUNDS; round++) {
				ratios[round] = rates[way][round] / best[round];
			}
			System.out.printf(Locale.ROOT, "%-42s %6.1f GB/s, %.2f of C's better one%n", names.get(way),
					median(rates[way]), median(ratios));
		}
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	/** Pairs of groups that fill the memory, the same number for each thread. */
	private static long pairs(PackedFormat format) {
		long pair = 2 * PackedMatrix.groupBytes(format, COLUMNS);
		return BYTES / pair / THREADS * THREADS;
	}

	private static long bytes(PackedFormat format) {
		return pairs(format) * 2 * PackedMatrix.groupBytes(format, COLUMNS);
	}

	private PackedMatrix matrix(PackedFormat format, int interleave) {
		return new PackedMatrix(format, Math.toIntExact(64 * pairs(format)), COLUMNS, interleave, 1,
				this.memory.segment(), this.memory.start());
	}

	private void read(MethodHandle reader) {
		long share = BYTES / THREADS;
		long lines = share / 64;
		this.pool.run(THREADS, (chunk, worker) -> {
			try {
				long sum = (long) reader.invokeExact(this.memory.start() + chunk * share, lines);
				if (sum == 0) {
					throw new IllegalStateException("nothing was read");
				}
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private void multiply(PackedMatrix m, PackedKernels.Product product, Layout layout, float[] y) {
		int lanes = this.runs.kernels().lanes();
		int share = m.groups() / THREADS;
		this.pool.run(THREADS, (chunk, worker) -> {
			for (int group = chunk * share; group < (chunk + 1) * share; group += layout.groups()) {
				for (int row = 0; row < 16; row += lanes) {
					product.run(m.data(), m.offset(group) + 4L * row, m.line(), m.groupStep(), m.blocks(), this.panel,
							0, 1, y, PackedMatrix.GROUP * group + row, 0);
				}
			}
		});
	}

}
