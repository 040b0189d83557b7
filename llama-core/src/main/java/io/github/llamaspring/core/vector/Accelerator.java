package io.github.llamaspring.core.vector;

import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.onednn.Bf16;
import io.github.llamaspring.core.onednn.OneDnn;
import io.github.llamaspring.core.onednn.TileProduct;
import io.github.llamaspring.core.onednn.TileProducts;
import io.github.llamaspring.core.onednn.WeightTile;
import org.jspecify.annotations.Nullable;

/**
 * Long prompts by oneDNN: each thread unpacks {@value WeightTile#ROW_BLOCK} rows to
 * bfloat16 and lets the library multiply them with all tokens. If the library fails, that
 * is logged once, and whoever asks goes on without it. One network's: {@link #begin} is
 * for one thread at a time, while none multiplies.
 */
final class Accelerator implements AutoCloseable {

	static final String PROPERTY = "llama.accelerator";

	/** What {@link #name()} says if there is none. */
	static final String NONE = "none";

	private static final String AUTO = "auto";

	private static final String ONEDNN = "onednn";

	private static final int ROWS = WeightTile.ROW_BLOCK;

	/** How often a product is measured. */
	private static final int TIMES = 10;

	private final CompletableFuture<Optional<OneDnn>> library;

	/** What each worker's product goes to, {@code [token][row of the tile]}. */
	private final NativeMemory.Region[] sums;

	/** Activations as bfloat16: {@code [token][column]}. */
	private NativeMemory.@Nullable Region input;

	private @Nullable TileProducts products;

	private @Nullable TileProduct product;

	private int columns;

	private volatile boolean failed;

	Accelerator(int threads, CompletableFuture<Optional<OneDnn>> library) {
		this.library = library;
		this.sums = new NativeMemory.Region[threads];
	}

	/**
	 * The accelerator that the system property {@value #PROPERTY} asks for: {@code auto}
	 * (or nothing) for oneDNN where it can be used, which shows while the weights are
	 * read; {@code onednn}; or {@code none}.
	 * @throws LlamaException if oneDNN is demanded and cannot be used
	 * @throws IllegalArgumentException if the property has another value
	 */
	static @Nullable Accelerator create(int threads) {
		String wanted = wanted();
		if (wanted.equals(NONE)) {
			return null;
		}
		if (wanted.equals(ONEDNN) && OneDnn.load().isEmpty()) {
			throw new LlamaException(
					"the system property " + PROPERTY + " demands oneDNN, which cannot be used: " + OneDnn.obstacle());
		}
		return new Accelerator(threads, Loading.LIBRARY);
	}

	/**
	 * Such as {@code oneDNN 3.13.0 bf16}, or {@value #NONE}.
	 */
	static String name() {
		return wanted().equals(NONE) ? NONE
				: Loading.LIBRARY.join().map((library) -> library.name() + " bf16").orElse(NONE);
	}

	/**
	 * Nanoseconds for a bfloat16 times a token, on one thread that all memory is near to;
	 * infinite if there is none.
	 */
	static double cost() {
		return wanted().equals(NONE) ? Double.POSITIVE_INFINITY
				: Loading.LIBRARY.join().map(Accelerator::cost).orElse(Double.POSITIVE_INFINITY);
	}

	private static double cost(OneDnn library) {
		int tokens = KernelChoice.MOST;
		int columns = KernelRuns.COLUMNS;
		double best = Double.POSITIVE_INFINITY;
		try (TileProducts products = library.products(1)) {
			TileProduct product = products.get(tokens, ROWS, columns, ROWS);
			MemorySegment x = NativeMemory.scratch((long) tokens * columns * Short.BYTES).segment();
			MemorySegment y = NativeMemory.scratch((long) tokens * ROWS * Float.BYTES).segment();
			products.tile(0).fill((byte) 0);
			for (int i = 0; i < TIMES; i++) {
				long start = System.nanoTime();
				products.multiply(product, 0, x, y);
				best = Math.min(best, System.nanoTime() - start);
			}
			return best / ((double) tokens * columns * ROWS);
		}
		catch (RuntimeException | LinkageError ex) {
			// What fails here fails in begin() too, which says so.
			return Double.POSITIVE_INFINITY;
		}
	}

	/** Whether there may be one. */
	static boolean isWanted() {
		return !wanted().equals(NONE);
	}

	private static String wanted() {
		String value = System.getProperty(PROPERTY, AUTO).strip();
		if (!value.equals(AUTO) && !value.equals(ONEDNN) && !value.equals(NONE)) {
			throw new IllegalArgumentException(
					"the system property " + PROPERTY + " is \"" + value + "\"; it can be auto, onednn or none");
		}
		return value;
	}

	/** Makes room for the activations of that many tokens. */
	void reserve(int columns, int tokens) {
		int step = TileProducts.TOKEN_STEP;
		long rounded = Math.ceilDiv(tokens, step) * (long) step;
		long bytes = rounded * columns * Short.BYTES;
		NativeMemory.Region present = this.input;
		if (present == null || present.segment().byteSize() < bytes) {
			if (present != null) {
				present.close();
			}
			this.input = NativeMemory.allocate(bytes);
		}
		for (int i = 0; i < this.sums.length; i++) {
			if (this.sums[i] == null || this.sums[i].segment().byteSize() < rounded * ROWS * Float.BYTES) {
				this.sums[i] = NativeMemory.scratch(rounded * ROWS * Float.BYTES);
			}
		}
	}

	/**
	 * Gets ready for products of some tokens, for which there is room.
	 * @return false if there is no accelerator
	 */
	boolean begin(int tokens, int columns) {
		if (this.failed) {
			return false;
		}
		try {
			TileProducts products = products();
			this.columns = columns;
			this.product = (products != null) ? products.get(tokens, ROWS, columns, ROWS) : null;
			return products != null;
		}
		catch (RuntimeException | LinkageError ex) {
			fail(ex);
			return false;
		}
	}

	private @Nullable TileProducts products() {
		if (this.products == null) {
			this.products = this.library.join().map((library) -> library.products(this.sums.length)).orElse(null);
			this.failed = this.products == null;
		}
		return this.products;
	}

	/** Sets the activations of a token, {@code values[token][columns]}. */
	void set(float[] values, int token) {
		NativeMemory.Region target = this.input;
		if (target != null) {
			int at = token * this.columns;
			Bf16.fromFloats(values, at, target.segment(), 2L * at, this.columns);
		}
	}

	/**
	 * Multiplies all tokens with {@value WeightTile#ROW_BLOCK} rows.
	 * @param unpack writes pairs of bfloat16
	 * @param lanes rows of each 16 that it writes at once
	 * @param row the first, a multiple of as many
	 * @param y {@code [token][row]}
	 * @return false if the library failed: then nothing is done
	 */
	boolean multiply(PackedMatrix m, PackedKernels.Unpacker unpack, int lanes, int row, int tokens, float[] y,
			int worker) {
		TileProducts products = this.products;
		TileProduct product = this.product;
		NativeMemory.Region input = this.input;
		if (this.failed || products == null || product == null || input == null) {
			return false;
		}
		MemorySegment sums = this.sums[worker].segment();
		try {
			long tile = products.tile(worker).address();
			for (int group = 0; group < ROWS / PackedMatrix.GROUP; group++) {
				long from = m.offset(row / PackedMatrix.GROUP + group);
				long to = tile + WeightTile.offset(group * PackedMatrix.GROUP, 0, m.cols());
				for (int r = 0; r < 16; r += lanes) {
					unpack.run(m.data(), from + 4L * r, m.line(), m.blocks(), m.factor(), m.data(), to + 4L * r);
				}
			}
			products.multiply(product, worker, input.segment(), sums);
		}
		catch (RuntimeException | LinkageError ex) {
			fail(ex);
			return false;
		}
		for (int t = 0; t < tokens; t++) {
			MemorySegment.copy(sums, ValueLayout.JAVA_FLOAT, 4L * t * ROWS, y, t * m.rows() + row, ROWS);
		}
		return true;
	}

	private synchronized void fail(Throwable cause) {
		if (!this.failed) {
			this.failed = true;
			System.getLogger(Accelerator.class.getName())
				.log(Level.WARNING, "oneDNN fails, long prompts are computed without it from now on: " + cause);
		}
	}

	/** Gives all memory back. */
	@Override
	public void close() {
		this.failed = true;
		if (this.products != null) {
			this.products.close();
		}
		if (this.input != null) {
			this.input.close();
			this.input = null;
		}
	}

	/** Half a second, which goes by while the weights are read. */
	private static final class Loading {

		static final CompletableFuture<Optional<OneDnn>> LIBRARY = CompletableFuture.supplyAsync(Loading::load,
				(task) -> Thread.ofPlatform().daemon(true).name("llama-onednn").start(task));

		private static Optional<OneDnn> load() {
			Optional<OneDnn> library = OneDnn.load();
			library.ifPresent((loaded) -> System.getLogger(Accelerator.class.getName())
				.log(Level.INFO, "Long prompts are computed by " + loaded.name() + " in bfloat16"));
			return library;
		}

	}

}
