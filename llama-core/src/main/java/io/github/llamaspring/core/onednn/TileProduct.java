package io.github.llamaspring.core.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * {@code y[t, r] = sum over k of x[t, k] * w[r, k]}, for all tokens t and the rows r of
 * one tile, in bfloat16 with sums in floats. Comes out of {@link TileProducts}, and lives
 * as long as it.
 * <p>
 * Threads may multiply at the same time, each with a worker number of its own.
 */
public final class TileProduct {

	/** Inner blocks of the format that tiles are written in: 16 k, 64 rows, 2 k. */
	private static final long[] TILE_BLOCKS = { 16, 0, 64, 1, 2, 0 };

	private final Dnnl dnnl;

	private final Shape shape;

	private final MemorySegment attributes;

	private final MemorySegment source;

	private final MemorySegment tile;

	private final MemorySegment destination;

	private final MemorySegment description;

	private final MemorySegment primitive;

	private final MemorySegment weights;

	private final @Nullable MemorySegment reorderDescription;

	private final @Nullable MemorySegment reorder;

	private final long scratchpadBytes;

	private final List<Call> calls = new ArrayList<>();

	private boolean closed;

	/**
	 * Builds it, 1 to 30 milliseconds.
	 * @param format the format to give the weights to the library in; null for its choice
	 */
	TileProduct(Dnnl dnnl, Shape shape, @Nullable String format) {
		dnnl.oneThread();
		this.dnnl = dnnl;
		this.shape = shape;
		this.attributes = dnnl.userScratchpad();
		this.source = dnnl.plain(shape.tokens, shape.columns, Dnnl.BF16, shape.columns);
		this.tile = dnnl.named(shape.columns, shape.rows, Dnnl.BF16, WeightTile.FORMAT);
		this.destination = dnnl.plain(shape.tokens, shape.rows, Dnnl.F32, shape.stride);
		if (!Arrays.equals(dnnl.innerBlocks(this.tile), TILE_BLOCKS)
				|| dnnl.bytes(this.tile) != WeightTile.bytes(shape.rows, shape.columns)) {
			throw new OneDnnException("the library understands " + WeightTile.FORMAT + " otherwise than we");
		}
		MemorySegment wish = (format == null) ? dnnl.any(shape.columns, shape.rows, Dnnl.BF16)
				: dnnl.named(shape.columns, shape.rows, Dnnl.BF16, format);
		this.description = dnnl.matmul(this.source, wish, this.destination, this.attributes);
		dnnl.destroyDescription(wish);
		this.primitive = dnnl.primitive(this.description);
		this.weights = dnnl.query(this.description, Dnnl.QUERY_WEIGHTS);
		long scratchpad = dnnl.bytes(dnnl.query(this.description, Dnnl.QUERY_SCRATCHPAD));
		if (dnnl.equal(this.weights, this.tile)) {
			this.reorderDescription = null;
			this.reorder = null;
		}
		else {
			this.reorderDescription = dnnl.reorder(this.tile, this.weights, this.attributes);
			this.reorder = dnnl.primitive(this.reorderDescription);
			scratchpad = Math.max(scratchpad, dnnl.bytes(dnnl.query(this.reorderDescription, Dnnl.QUERY_SCRATCHPAD)));
		}
		this.scratchpadBytes = scratchpad;
	}

	/**
	 * Rows of x and y that take part: what was asked for, rounded up to a multiple of
	 * {@value TileProducts#TOKEN_STEP}.
	 */
	public int tokens() {
		return this.shape.tokens;
	}

	/** Rows of a tile. */
	public int rows() {
		return this.shape.rows;
	}

	/** True if tiles have to be brought into another format before each product. */
	boolean reorders() {
		return this.reorder != null;
	}

	long scratchpadBytes() {
		return this.scratchpadBytes;
	}

	/** Bytes of a tile in the library's format; 0 if that is the tile itself. */
	long weightBytes() {
		return reorders() ? this.dnnl.bytes(this.weights) : 0;
	}

	/** One worker's memory objects. */
	void addWorker() {
		this.calls.add(new Call());
	}

	/**
	 * The product of x with the worker's tile. Both places stay alive until this returns,
	 * which is for the caller to see to.
	 * @param worker whose tile, from 0
	 * @param lane the worker's memory
	 * @param x [tokens][columns] in bfloat16
	 * @param y [tokens][stride] floats, of which the first {@code rows} of each are
	 * written
	 */
	void multiply(int worker, Lane lane, MemorySegment x, MemorySegment y) {
		if (this.closed) {
			throw new IllegalStateException("the product is closed");
		}
		require(x, this.shape.sourceBytes(), "x");
		require(y, this.shape.destinationBytes(), "y");
		this.dnnl.oneThread();
		this.calls.get(worker).run(lane, x, y);
	}

	private static void require(MemorySegment data, long bytes, String name) {
		if (!data.isNative() || data.byteSize() < bytes) {
			throw new IllegalArgumentException(name + " has to be off the heap and " + bytes + " bytes, not "
					+ (data.isNative() ? "" : "on the heap and ") + data.byteSize());
		}
	}

	void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		this.calls.forEach(Call::close);
		this.dnnl.destroyPrimitive(this.reorder);
		this.dnnl.destroyPrimitiveDescription(this.reorderDescription);
		this.dnnl.destroyPrimitive(this.primitive);
		this.dnnl.destroyPrimitiveDescription(this.description);
		this.dnnl.destroyDescription(this.destination);
		this.dnnl.destroyDescription(this.tile);
		this.dnnl.destroyDescription(this.source);
		this.dnnl.destroyAttributes(this.attributes);
	}

	/**
	 * What a product is built for.
	 *
	 * @param stride floats from one token to the next in y
	 */
	record Shape(int tokens, int rows, int columns, int stride) {

		Shape {
			if (tokens < 1 || rows < 1 || rows % WeightTile.ROW_BLOCK != 0 || columns < 1
					|| columns % WeightTile.COLUMN_BLOCK != 0 || stride < rows) {
				throw new IllegalArgumentException("no tile product has " + tokens + " tokens, " + rows
						+ " rows (multiples of " + WeightTile.ROW_BLOCK + ") at a stride of " + stride + " and "
						+ columns + " columns (multiples of " + WeightTile.COLUMN_BLOCK + ")");
			}
		}

		long sourceBytes() {
			return (long) this.tokens * this.columns * Short.BYTES;
		}

		long destinationBytes() {
			return ((this.tokens - 1L) * this.stride + this.rows) * Float.BYTES;
		}

	}

	/**
	 * Memory objects are cheap and not for two threads: each worker has its own.
	 */
	private final class Call {

		private final Arena arena = Arena.ofShared();

		private final MemorySegment x = memory(TileProduct.this.source);

		private final MemorySegment y = memory(TileProduct.this.destination);

		private final MemorySegment w = memory(TileProduct.this.weights);

		private final MemorySegment scratchpad = memory(
				TileProduct.this.dnnl.query(TileProduct.this.description, Dnnl.QUERY_SCRATCHPAD));

		private final MemorySegment arguments = Dnnl.arguments(this.arena,
				new int[] { Dnnl.ARG_SOURCE, Dnnl.ARG_WEIGHTS, Dnnl.ARG_DESTINATION, Dnnl.ARG_SCRATCHPAD },
				new MemorySegment[] { this.x, this.w, this.y, this.scratchpad });

		private final @Nullable Reordering reordering = (TileProduct.this.reorder != null
				&& TileProduct.this.reorderDescription != null)
						? new Reordering(TileProduct.this.reorder, TileProduct.this.reorderDescription) : null;

		private MemorySegment memory(MemorySegment description) {
			return TileProduct.this.dnnl.memory(description);
		}

		void run(Lane lane, MemorySegment x, MemorySegment y) {
			Dnnl dnnl = TileProduct.this.dnnl;
			if (this.reordering != null) {
				this.reordering.run(lane);
			}
			dnnl.point(this.x, x);
			dnnl.point(this.y, y);
			dnnl.point(this.w, (this.reordering != null) ? lane.weights() : lane.tile());
			dnnl.point(this.scratchpad, lane.scratchpad());
			dnnl.execute(TileProduct.this.primitive, lane.stream(), this.arguments);
		}

		void close() {
			TileProduct.this.dnnl.destroyMemory(this.x);
			TileProduct.this.dnnl.destroyMemory(this.y);
			TileProduct.this.dnnl.destroyMemory(this.w);
			TileProduct.this.dnnl.destroyMemory(this.scratchpad);
			if (this.reordering != null) {
				this.reordering.close();
			}
			this.arena.close();
		}

		/** From the tile's format to the library's. */
		private final class Reordering {

			private final MemorySegment primitive;

			private final MemorySegment from = memory(TileProduct.this.tile);

			private final MemorySegment to = memory(TileProduct.this.weights);

			private final MemorySegment scratchpad;

			private final MemorySegment arguments;

			Reordering(MemorySegment primitive, MemorySegment description) {
				this.primitive = primitive;
				this.scratchpad = memory(TileProduct.this.dnnl.query(description, Dnnl.QUERY_SCRATCHPAD));
				this.arguments = Dnnl.arguments(Call.this.arena,
						new int[] { Dnnl.ARG_FROM, Dnnl.ARG_TO, Dnnl.ARG_SCRATCHPAD },
						new MemorySegment[] { this.from, this.to, this.scratchpad });
			}

			void run(Lane lane) {
				Dnnl dnnl = TileProduct.this.dnnl;
				dnnl.point(this.from, lane.tile());
				dnnl.point(this.to, lane.weights());
				dnnl.point(this.scratchpad, lane.scratchpad());
				dnnl.execute(this.primitive, lane.stream(), this.arguments);
			}

			void close() {
				TileProduct.this.dnnl.destroyMemory(this.from);
				TileProduct.this.dnnl.destroyMemory(this.to);
				TileProduct.this.dnnl.destroyMemory(this.scratchpad);
			}

		}

	}

}
