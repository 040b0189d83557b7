package io.github.llamaspring.core.onednn;

import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Tile products for the threads of one pool, kept once built, and each thread's tile. Get
 * the product of a shape, then let each worker in turn write weights into its tile as
 * {@link WeightTile} says and multiply:
 *
 * <pre class="code">
 * TileProduct product = products.get(tokens, 64, columns, rows);
 * pool.run(rows / 64, (chunk, worker) -&gt; {
 * 	dequantise(chunk, products.tile(worker));
 * 	products.multiply(product, worker, x, y.asSlice(4L * 64 * chunk));
 * });
 * </pre>
 *
 * {@link #get} and {@link #close} are for one thread at a time, while no worker
 * multiplies; workers may multiply at the same time, each with its own number.
 */
public final class TileProducts implements AutoCloseable {

	/** Numbers of tokens are rounded up to a multiple of this, so that few are built. */
	public static final int TOKEN_STEP = 16;

	/** About 30 KB of generated code each. */
	private static final int MOST = 128;

	private final Dnnl dnnl;

	private final Lane[] lanes;

	private final @Nullable String format;

	/** The one used longest ago comes first. */
	private final Map<TileProduct.Shape, TileProduct> products = new LinkedHashMap<>(16, 0.75f, true);

	private boolean closed;

	TileProducts(Dnnl dnnl, int workers, @Nullable String format) {
		if (workers < 1) {
			throw new IllegalArgumentException("tile products need at least 1 worker, not " + workers);
		}
		dnnl.oneThread();
		this.dnnl = dnnl;
		this.format = format;
		this.lanes = new Lane[workers];
		for (int i = 0; i < workers; i++) {
			this.lanes[i] = new Lane(dnnl);
		}
	}

	/**
	 * The product of that shape; building one takes some milliseconds. It may be dropped
	 * when another is asked for, so ask again for each region of work; tiles written
	 * before are lost.
	 * @param tokens how many rows x and y have; rounded up to
	 * {@link TileProduct#tokens()} rows, for which both must have room, what is in the
	 * additional rows does not matter
	 * @param rows of a tile, a multiple of {@value WeightTile#ROW_BLOCK}; 64 serves best
	 * @param columns of a tile, of x and of the whole matrix, a multiple of
	 * {@value WeightTile#COLUMN_BLOCK}
	 * @param stride floats from one token to the next in y: {@code rows} for a y of its
	 * own, the rows of the whole matrix to write into a large y in place
	 * @throws IllegalArgumentException if there is no such tile
	 * @throws IllegalStateException after {@link #close()}
	 * @throws RuntimeException if the library refuses; nothing else is lost then
	 */
	public TileProduct get(int tokens, int rows, int columns, int stride) {
		if (this.closed) {
			throw new IllegalStateException("the tile products are closed");
		}
		int step = Math.ceilDiv(tokens, TOKEN_STEP) * TOKEN_STEP;
		TileProduct.Shape shape = new TileProduct.Shape(step, rows, columns, stride);
		TileProduct product = this.products.get(shape);
		if (product == null) {
			product = build(shape);
			this.products.put(shape, product);
			dropEldest();
		}
		for (Lane lane : this.lanes) {
			lane.reserve(WeightTile.bytes(rows, columns), product.weightBytes(), product.scratchpadBytes());
		}
		return product;
	}

	private TileProduct build(TileProduct.Shape shape) {
		TileProduct product = new TileProduct(this.dnnl, shape, this.format);
		for (int i = 0; i < this.lanes.length; i++) {
			product.addWorker();
		}
		return product;
	}

	private void dropEldest() {
		if (this.products.size() > MOST) {
			Iterator<TileProduct> eldest = this.products.values().iterator();
			TileProduct product = eldest.next();
			eldest.remove();
			product.close();
		}
	}

	/**
	 * Where a worker writes the weights of its tile; 4096-byte aligned. Valid until
	 * {@link #get} is called again.
	 */
	public MemorySegment tile(int worker) {
		return this.lanes[worker].tile();
	}

	/**
	 * Multiplies x with what is in the worker's tile, on the calling thread alone. Both
	 * places stay alive until this returns, which is for the caller to see to.
	 * @param product of {@link #get}, since when no other was asked for
	 * @param worker from 0 to one less than the number of workers
	 * @param x [tokens][columns] in bfloat16 ({@link Bf16}), off the heap
	 * @param y [tokens][stride] floats off the heap, of which the first {@code rows} for
	 * each token are written
	 * @throws IllegalArgumentException if x or y is on the heap or too small
	 * @throws IllegalStateException after {@link #close()}
	 * @throws RuntimeException if the library fails
	 */
	public void multiply(TileProduct product, int worker, MemorySegment x, MemorySegment y) {
		product.multiply(worker, this.lanes[worker], x, y);
	}

	/**
	 * Gives back all memory.
	 */
	@Override
	public void close() {
		if (!this.closed) {
			this.closed = true;
			this.products.values().forEach(TileProduct::close);
			this.products.clear();
			for (Lane lane : this.lanes) {
				lane.close();
			}
		}
	}

}
