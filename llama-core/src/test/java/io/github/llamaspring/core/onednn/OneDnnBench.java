package io.github.llamaspring.core.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Random;

import io.github.llamaspring.core.kernel.WorkerPool;

/**
 * Speed of a matrix of Llama 2 13B (5120 columns, 13824 rows, or as the system properties
 * {@code columns} and {@code rows} say; packed Q4_0) with two threads, unpacking
 * included; for people, not for the build. Arguments: numbers of tokens.
 * <p>
 * The second rate counts the threads' processor time instead of the clock's, which is the
 * one to believe while others use the machine.
 */
final class OneDnnBench {

	private static final int THREADS = 2;

	private static final int COLUMNS = Integer.getInteger("columns", 5120);

	private static final int ROWS = Integer.getInteger("rows", 13824);

	private static final int ROUNDS = 7;

	/** So that weights come from memory, as in a model. */
	private static final int MATRICES = 3;

	private final Arena arena = Arena.ofShared();

	private final WorkerPool pool = new WorkerPool(THREADS);

	private final TileProducts products = OneDnn.load().orElseThrow().products(THREADS);

	private final MemorySegment[] packed = new MemorySegment[MATRICES];

	/** Processor time of each worker, a cache line each. */
	private final long[] unpacking = new long[8 * THREADS];

	private final long[] multiplying = new long[8 * THREADS];

	private final ThreadMXBean clock = ManagementFactory.getThreadMXBean();

	private final float[] x;

	private final MemorySegment source;

	private final MemorySegment y;

	private final float[] heapY;

	private OneDnnBench(int most) {
		Random random = new Random(1);
		for (int i = 0; i < MATRICES; i++) {
			this.packed[i] = this.arena.allocate(Q4Tiles.bytes(ROWS, COLUMNS), 64);
			Q4Tiles.fill(this.packed[i], random);
		}
		this.x = new float[most * COLUMNS];
		for (int i = 0; i < this.x.length; i++) {
			this.x[i] = (float) random.nextGaussian();
		}
		this.source = this.arena.allocate(2L * this.x.length, 4096);
		this.y = this.arena.allocate(4L * most * ROWS, 4096);
		this.heapY = new float[most * ROWS];
	}

	public static void main(String[] arguments) {
		int[] tokens = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
		tokens = (tokens.length == 0) ? new int[] { 16, 32, 64, 128, 256, 512 } : tokens;
		OneDnnBench bench = new OneDnnBench(Arrays.stream(tokens).max().orElseThrow());
		for (int m : tokens) {
			bench.convert(m);
			for (boolean inPlace : new boolean[] { true, false }) {
				for (int rows : new int[] { 64, 128, 192 }) {
					bench.measure(m, rows, inPlace);
				}
			}
		}
		bench.pool.close();
	}

	private void convert(int tokens) {
		double[] seconds = new double[ROUNDS];
		for (int round = 0; round < ROUNDS; round++) {
			long start = System.nanoTime();
			this.pool.run(tokens, (token, worker) -> Bf16.fromFloats(this.x, token * COLUMNS, this.source,
					2L * token * COLUMNS, COLUMNS));
			seconds[round] = (System.nanoTime() - start) / 1e9;
		}
		System.out.printf("M=%-3d x to bf16 %.3f ms%n", tokens, 1e3 * median(seconds));
	}

	private void measure(int tokens, int rows, boolean inPlace) {
		long created = System.nanoTime();
		TileProduct product = this.products.get(tokens, rows, COLUMNS, inPlace ? ROWS : rows);
		created = System.nanoTime() - created;
		double[] seconds = new double[ROUNDS];
		double[] unpacks = new double[ROUNDS];
		double[] multiplies = new double[ROUNDS];
		for (int round = 0; round < ROUNDS; round++) {
			MemorySegment weights = this.packed[round % MATRICES];
			Arrays.fill(this.unpacking, 0);
			Arrays.fill(this.multiplying, 0);
			long start = System.nanoTime();
			this.pool.run(ROWS / rows, (tile, worker) -> tile(product, weights, tile, worker, inPlace));
			seconds[round] = (System.nanoTime() - start) / 1e9;
			unpacks[round] = Arrays.stream(this.unpacking).sum() / 1e9;
			multiplies[round] = Arrays.stream(this.multiplying).sum() / 1e9;
		}
		double work = (double) COLUMNS * ROWS / 1e9;
		double u = median(unpacks);
		double m = median(multiplies);
		System.out.printf(
				"M=%-3d R=%-3d y %-8s %5.1f GMAC/s, %5.1f by processor time: product alone %5.1f,"
						+ " unpacking %4.1f %% (%4.1f Gw/s/thread); relRMS %.4f, built in %.1f ms%n",
				tokens, rows, inPlace ? "in place" : "copied", tokens * work / median(seconds),
				THREADS * tokens * work / (u + m), THREADS * tokens * work / m, 100 * u / (u + m), work / u,
				error(tokens, inPlace), created / 1e6);
	}

	private void tile(TileProduct product, MemorySegment weights, int tile, int worker, boolean inPlace) {
		int rows = product.rows();
		long start = this.clock.getCurrentThreadCpuTime();
		MemorySegment target = this.products.tile(worker);
		for (int r = 0; r < rows; r += Q4Tiles.GROUP) {
			Q4Tiles.toBf16(weights.address() + Q4Tiles.bytes(tile * rows + r, COLUMNS), COLUMNS,
					target.address() + WeightTile.offset(r, 0, COLUMNS));
		}
		long unpacked = this.clock.getCurrentThreadCpuTime();
		this.unpacking[8 * worker] += unpacked - start;
		multiply(product, tile, worker, inPlace);
		this.multiplying[8 * worker] += this.clock.getCurrentThreadCpuTime() - unpacked;
	}

	private void multiply(TileProduct product, int tile, int worker, boolean inPlace) {
		int rows = product.rows();
		if (inPlace) {
			this.products.multiply(product, worker, this.source, this.y.asSlice(4L * tile * rows));
			return;
		}
		MemorySegment own = this.y.asSlice(4L * worker * product.tokens() * 192);
		this.products.multiply(product, worker, this.source, own);
		for (int t = 0; t < product.tokens(); t++) {
			MemorySegment.copy(own, ValueLayout.JAVA_FLOAT, 4L * t * rows, this.heapY, t * ROWS + tile * rows, rows);
		}
	}

	private double error(int tokens, boolean inPlace) {
		MemorySegment weights = this.packed[(ROUNDS - 1) % MATRICES];
		double difference = 0;
		double norm = 0;
		for (int r = 3; r < ROWS; r += 431) {
			float[] w = new float[COLUMNS];
			for (int k = 0; k < COLUMNS; k++) {
				w[k] = Q4Tiles.weight(weights, r, k, COLUMNS);
			}
			for (int t = 0; t < tokens; t += 5) {
				double sum = 0;
				for (int k = 0; k < COLUMNS; k++) {
					sum += (double) w[k] * this.x[t * COLUMNS + k];
				}
				int i = t * ROWS + r;
				double actual = inPlace ? this.y.getAtIndex(ValueLayout.JAVA_FLOAT, i) : this.heapY[i];
				difference += (actual - sum) * (actual - sum);
				norm += sum * sum;
			}
		}
		return Math.sqrt(difference / norm);
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

}
