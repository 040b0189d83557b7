package io.github.llamaspring.core.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.llamaspring.core.kernel.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best kernels and layout on this machine by measuring them, once: what was
 * measured is kept in the JVM and, if it can be, on disk.
 */
final class KernelProbe {

	private static final System.Logger LOG = System.getLogger(KernelProbe.class.getName());

	/** The first of those that are about as fast is chosen. */
	static final List<Layout> LAYOUTS = List.of(Layout.USUAL, new Layout(1, 1, false), new Layout(1, 2, false),
			new Layout(2, 2, true), new Layout(1, 1, true));

	/** For one kernel; the compiler takes a fraction of a second. */
	private static final long PATIENCE = 3_000_000_000L;

	/** Interleaved; neighbours on a shared machine disturb some. */
	private static final int REPEATS = 15;

	/** More than caches hold. */
	private static final long BEYOND_CACHE = 96L << 20;

	private static final Measurements MEASURED = Measurements.load();

	private final KernelRuns runs;

	private final WorkerPool pool;

	private KernelProbe(KernelRuns runs, WorkerPool pool) {
		this.runs = runs;
		this.pool = pool;
	}

	/**
	 * The best choice for some formats, that of most weights first.
	 * @param accelerated whether there may be an accelerator
	 */
	static synchronized KernelChoice choose(List<PackedFormat> formats, KernelRuns runs, WorkerPool pool,
			boolean accelerated) {
		if (!VectorKernels.TUNED) {
			Map<PackedFormat, FormatCosts> costs = new EnumMap<>(PackedFormat.class);
			for (PackedFormat format : PackedFormat.values()) {
				costs.put(format, FormatCosts.USUAL);
			}
			return new KernelChoice(runs.kernels(), Layout.USUAL, costs, FormatCosts.USUAL_TILE,
					FormatCosts.USUAL_ACCELERATED);
		}
		KernelProbe probe = new KernelProbe(runs, pool);
		List<PackedFormat> missing = formats.stream().filter((format) -> MEASURED.costs(format) == null).toList();
		if (!missing.isEmpty()) {
			LOG.log(System.Logger.Level.INFO, "measuring kernels for {0}, once on this machine", missing);
			probe.measure(missing);
		}
		Layout layout = Layout.USUAL;
		if (!formats.isEmpty()) {
			Layout known = MEASURED.layout(formats.getFirst());
			layout = (known != null) ? known : probe.layout(formats.getFirst());
			MEASURED.layout(formats.getFirst(), layout);
		}
		MEASURED.save();
		return new KernelChoice(runs.kernels(), layout, MEASURED.costs(), MEASURED.tile(),
				accelerated ? accelerated() : FormatCosts.USUAL_ACCELERATED);
	}

	/** The library is waited for only where it was never measured. */
	private static double accelerated() {
		if (MEASURED.accelerated() == 0) {
			double cost = Accelerator.cost();
			if (Double.isInfinite(cost)) {
				return FormatCosts.USUAL_ACCELERATED;
			}
			MEASURED.accelerated(cost);
			MEASURED.save();
		}
		return MEASURED.accelerated();
	}

	private void measure(Collection<PackedFormat> formats) {
		List<Runnable> tasks = new ArrayList<>();
		Map<PackedFormat, double[]> measured = new EnumMap<>(PackedFormat.class);
		for (PackedFormat format : formats) {
			double[] costs = { 0, Double.POSITIVE_INFINITY, 0, Double.POSITIVE_INFINITY };
			measured.put(format, costs);
			tasks.add(() -> costs[0] = product(format, 1));
			tasks.add(() -> costs[1] = product(format, 2));
			tasks.add(() -> costs[2] = cost(this.runs.unpack(format)) / (32 * 32));
			PackedKernels.Unpacker pairs = this.runs.kernels().pairUnpacker(format);
			if (pairs != null) {
				tasks.add(() -> costs[3] = cost(this.runs.unpack(format, pairs)) / (32 * 32));
			}
		}
		double[] tile = { MEASURED.tile() };
		if (tile[0] == 0) {
			int tokens = this.runs.kernels().tileTokens()[0];
			tasks.add(() -> tile[0] = cost(this.runs.tile(tokens)) / (32 * 32 * tokens));
		}
		this.pool.run(tasks.size(), (chunk, worker) -> tasks.get(chunk).run());
		measured.forEach((format, c) -> MEASURED.costs(format, new FormatCosts(c[0], c[1], c[2], c[3])));
		MEASURED.tile(tile[0]);
	}

	/** Nanoseconds for a weight times so many tokens. */
	private double product(PackedFormat format, int tokens) {
		for (int groups = 2; groups > 0; groups--) {
			PackedKernels.Product product = this.runs.kernels().product(format, tokens, groups);
			if (product != null) {
				return cost(this.runs.product(format, product, tokens, groups)) / (32 * 32 * groups);
			}
		}
		return Double.POSITIVE_INFINITY;
	}

	/** Infinite if the kernel does not become fast: then it is not chosen. */
	private static double cost(KernelRun run) {
		boolean fast = KernelRun.settle(List.of(run), System.nanoTime() + PATIENCE);
		return fast ? run.cost() : Double.POSITIVE_INFINITY;
	}

	/** All threads read what no cache holds. */
	private Layout layout(PackedFormat format) {
		long pair = 2 * PackedMatrix.groupBytes(format, KernelRuns.COLUMNS);
		int pairs = Math.toIntExact(BEYOND_CACHE / pair);
		double[] best = new double[LAYOUTS.size()];
		Arrays.fill(best, Double.POSITIVE_INFINITY);
		PackedKernels.@Nullable Product[] products = new PackedKernels.Product[LAYOUTS.size()];
		List<KernelRun> all = new ArrayList<>();
		for (int i = 0; i < products.length; i++) {
			Layout layout = LAYOUTS.get(i);
			PackedKernels.Product product = this.runs.kernels().single(format, layout);
			if (product != null) {
				all.add(this.runs.product(format, product, 1, layout.groups()));
			}
			products[i] = product;
		}
		KernelRun.settle(all, System.nanoTime() + PATIENCE);
		try (NativeMemory.Region memory = NativeMemory.allocate(pairs * pair)) {
			int threads = this.pool.threads();
			this.pool.run(threads, (chunk, worker) -> {
				long from = (long) pairs * chunk / threads * pair;
				long to = (long) pairs * (chunk + 1) / threads * pair;
				memory.segment().asSlice(from, to - from).fill((byte) 0x11);
			});
			float[] y = new float[pairs * 64];
			for (int repeat = 0; repeat < REPEATS; repeat++) {
				for (int i = 0; i < LAYOUTS.size(); i++) {
					Layout layout = LAYOUTS.get(i);
					PackedKernels.Product product = products[i];
					if (product == null) {
						continue;
					}
					PackedMatrix m = new PackedMatrix(format, pairs * 64, KernelRuns.COLUMNS, layout.interleave(), 1,
							memory.segment(), memory.start());
					best[i] = Math.min(best[i], read(m, product, layout.groups(), y));
				}
			}
		}
		int choice = 0;
		for (int i = 1; i < best.length; i++) {
			// What is only a little faster may be luck.
			choice = (best[i] < 0.97 * best[choice]) ? i : choice;
		}
		return LAYOUTS.get(choice);
	}

	private double read(PackedMatrix m, PackedKernels.Product product, int groups, float[] y) {
		int lanes = this.runs.kernels().lanes();
		int chunks = 4 * this.pool.threads();
		int pairs = m.rows() / 64;
		long start = System.nanoTime();
		this.pool.run(chunks, (chunk, worker) -> {
			int to = (int) ((long) pairs * (chunk + 1) / chunks) * 2;
			for (int g = (int) ((long) pairs * chunk / chunks) * 2; g < to; g += groups) {
				for (int row = 0; row < 16; row += lanes) {
					product.run(m.data(), m.offset(g) + 4L * row, m.line(), m.groupStep(), m.blocks(),
							this.runs.panel(), 0, 1, y, 32 * g + row, 0);
				}
			}
		});
		return System.nanoTime() - start;
	}

}
