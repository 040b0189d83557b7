package io.github.llamaspring.core.transformer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Keys and values of one sequence as half floats, in pages of {@value #PAGE} positions
 * that are allocated when they are first needed. A page holds, for each layer, the keys
 * and then the values: {@code [layer][key, value][kvHead][position][headDim]}. Used by
 * one thread at a time.
 */
public final class KvCache implements AutoCloseable {

	/** Positions of a page. */
	static final int PAGE = 64;

	private static final int HALF_BYTES = 2;

	private final CacheBudget budget;

	private @Nullable Arena arena;

	private final List<MemorySegment> pages = new ArrayList<>();

	private final long headBytes;

	private final long planeBytes;

	private final long pageBytes;

	KvCache(LlamaConfig config, CacheBudget budget) {
		this.budget = budget;
		this.headBytes = (long) PAGE * config.headDim() * HALF_BYTES;
		this.planeBytes = config.kvHeads() * this.headBytes;
		this.pageBytes = pageBytes(config);
	}

	/**
	 * Bytes of one page: the least that a sequence takes.
	 */
	static long pageBytes(LlamaConfig config) {
		return 2L * config.layers() * config.kvHeads() * PAGE * config.headDim() * HALF_BYTES;
	}

	/**
	 * Makes room for positions below {@code length}.
	 * @throws io.github.llamaspring.core.error.CacheMemoryException if there is none
	 */
	void reserve(int length) {
		while ((long) this.pages.size() * PAGE < length) {
			this.budget.take(this.pageBytes);
			try {
				this.arena = (this.arena != null) ? this.arena : Arena.ofShared();
				this.pages.add(this.arena.allocate(this.pageBytes, 64));
			}
			catch (OutOfMemoryError ex) {
				this.budget.giveBack(this.pageBytes);
				throw CacheBudget.failure(this.budget.used(), this.pageBytes, ex);
			}
		}
	}

	/**
	 * The page that holds a position.
	 */
	MemorySegment page(int position) {
		return this.pages.get(position / PAGE);
	}

	/**
	 * Byte offset, within its page, of the keys (or values) of a head from the page's
	 * first position on.
	 */
	long headOffset(int layer, boolean values, int kvHead) {
		return (layer * 2L + (values ? 1 : 0)) * this.planeBytes + kvHead * this.headBytes;
	}

	/**
	 * Gives the memory back; the cache is empty then and can be used again.
	 */
	@Override
	public void close() {
		if (this.arena != null) {
			this.arena.close();
			this.arena = null;
			this.budget.giveBack(this.pages.size() * this.pageBytes);
			this.pages.clear();
		}
	}

}
