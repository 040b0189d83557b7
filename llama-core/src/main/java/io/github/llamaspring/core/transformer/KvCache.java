package io.github.llamaspring.core.transformer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.llamaspring.core.kernel.AttentionKernels;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of one sequence as half floats, in pages that are allocated when they
 * are first needed. A page holds some tiles of {@value #TILE} positions: for each layer,
 * tile and head, first the keys and then the values, in the lines of
 * {@link AttentionKernels}: keys as {@code [position / 32][dimension][position % 32]},
 * values as {@code [dimension / 32][position][dimension % 32]}, the last dimensions
 * padded. Used by one thread at a time, and by the workers of a forward pass.
 * <p>
 * Memory that is read in short pieces is read at half its speed, for each one has to
 * begin anew. So all heads of a tile lie together, and so do the tiles of a page, which
 * grow with the sequence where tiles are small.
 */
public final class KvCache implements AutoCloseable {

	/** Positions of a tile. */
	static final int TILE = 64;

	private static final int LANES = AttentionKernels.LANES;

	private static final int LINE = AttentionKernels.LINE_BYTES;

	/** Bytes of the values of a tile from one {@link #LANES} dimensions to the next. */
	static final long VALUE_STRIDE = (long) TILE * LINE;

	/**
	 * Bytes of a page of several tiles, at most: what a sequence may take for nothing.
	 */
	private static final long PAGE_BYTES = 8L << 20;

	private final CacheBudget budget;

	private @Nullable Arena arena;

	/** The page of each tile. */
	private final List<Page> pages = new ArrayList<>();

	private final int kvHeads;

	/** Bytes of the keys of {@link #LANES} positions of a head. */
	private final long keyStride;

	/** Bytes of a tile's keys and values of a head. */
	private final long headBytes;

	/** Bytes of a tile: all layers and heads. */
	private final long tileBytes;

	/** Bytes of all pages. */
	private long bytes;

	/**
	 * The first position whose keys or values were not finite; halfs in lines cannot say
	 * so.
	 */
	private final AtomicInteger damaged = new AtomicInteger(Integer.MAX_VALUE);

	KvCache(LlamaConfig config, CacheBudget budget) {
		this.budget = budget;
		this.kvHeads = config.kvHeads();
		this.keyStride = (long) config.headDim() * LINE;
		this.headBytes = headBytes(config);
		this.tileBytes = tileBytes(config);
	}

	/**
	 * Bytes of the keys and values of a tile, one layer and one head.
	 */
	static long headBytes(LlamaConfig config) {
		return TILE / LANES * (long) config.headDim() * LINE + columns(config) * VALUE_STRIDE;
	}

	/**
	 * Lines of the value of a position and head.
	 */
	static int columns(LlamaConfig config) {
		return (config.headDim() + LANES - 1) / LANES;
	}

	/**
	 * Bytes of one tile, all layers and heads: the least that a sequence takes.
	 */
	static long tileBytes(LlamaConfig config) {
		return config.layers() * config.kvHeads() * headBytes(config);
	}

	/**
	 * Makes room for positions below {@code length}; the last of them is to be written.
	 * @throws io.github.llamaspring.core.error.CacheMemoryException if there is none
	 */
	void reserve(int length) {
		if (this.damaged.get() >= length - 1) {
			this.damaged.set(Integer.MAX_VALUE);
		}
		while ((long) this.pages.size() * TILE < length) {
			grow();
		}
	}

	/** By a page as large as all before it, or by what there is left. */
	private void grow() {
		int tiles = Math.clamp(PAGE_BYTES / this.tileBytes, 1, Math.max(1, this.pages.size()));
		while (tiles > 1 && !this.budget.offers(tiles * this.tileBytes)) {
			tiles /= 2;
		}
		long more = tiles * this.tileBytes;
		this.budget.take(more);
		try {
			this.arena = (this.arena != null) ? this.arena : Arena.ofShared();
			Page page = new Page(this.arena.allocate(more, 64), this.pages.size(), tiles);
			this.pages.addAll(Collections.nCopies(tiles, page));
			this.bytes += more;
		}
		catch (OutOfMemoryError ex) {
			this.budget.giveBack(more);
			throw CacheBudget.failure(this.budget.used(), more, ex);
		}
	}

	/**
	 * The memory that holds a position.
	 */
	MemorySegment memory(int position) {
		return this.pages.get(position / TILE).memory();
	}

	/**
	 * Byte offset, within its memory, of the keys of a head; a position's are in the lane
	 * {@code position % 32} of the lines of its 32 positions.
	 */
	long keysOffset(int layer, int kvHead, int position) {
		return headOffset(layer, kvHead, position) + position % TILE / LANES * this.keyStride;
	}

	/**
	 * Byte offset, within its memory, of a head's first line of values at a position;
	 * {@link #VALUE_STRIDE} further lies the next.
	 */
	long valuesOffset(int layer, int kvHead, int position) {
		return headOffset(layer, kvHead, position) + TILE / LANES * this.keyStride + (long) (position % TILE) * LINE;
	}

	private long headOffset(int layer, int kvHead, int position) {
		int tile = position / TILE;
		Page page = this.pages.get(tile);
		return ((long) (layer * page.tiles() + tile - page.first()) * this.kvHeads + kvHead) * this.headBytes;
	}

	/**
	 * Says that keys or values of a position were infinite or NaN.
	 */
	void damage(int position) {
		this.damaged.accumulateAndGet(position, Math::min);
	}

	/**
	 * Whether what a position may see was infinite or NaN somewhere.
	 */
	boolean isDamaged(int position) {
		return this.damaged.get() <= position;
	}

	/**
	 * Gives the memory back; the cache is empty then and can be used again.
	 */
	@Override
	public void close() {
		if (this.arena != null) {
			this.arena.close();
			this.arena = null;
			this.budget.giveBack(this.bytes);
			this.bytes = 0;
			this.pages.clear();
		}
	}

	/**
	 * Some tiles one after another.
	 *
	 * @param memory what holds them
	 * @param first the first tile
	 * @param tiles how many
	 */
	private record Page(MemorySegment memory, int first, int tiles) {
	}

}
