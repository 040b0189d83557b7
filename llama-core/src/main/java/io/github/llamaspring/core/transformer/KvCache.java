package io.github.llamaspring.core.transformer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.llamaspring.core.kernel.AttentionKernels;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of one sequence as half floats, in pages of {@value #PAGE} positions
 * that are allocated when they are first needed. A page holds, for each layer and head,
 * first the keys and then the values, in the lines of {@link AttentionKernels}: keys as
 * {@code [position / 32][dimension][position % 32]}, values as
 * {@code [dimension / 32][position][dimension % 32]}, the last dimensions padded. Used by
 * one thread at a time, and by the workers of a forward pass.
 */
public final class KvCache implements AutoCloseable {

	/** Positions of a page. */
	static final int PAGE = 64;

	private static final int LANES = AttentionKernels.LANES;

	private static final int LINE = AttentionKernels.LINE_BYTES;

	/** Bytes of the values of a page from one {@link #LANES} dimensions to the next. */
	static final long VALUE_STRIDE = (long) PAGE * LINE;

	private final CacheBudget budget;

	private @Nullable Arena arena;

	private final List<MemorySegment> pages = new ArrayList<>();

	/** Bytes of the keys of {@link #LANES} positions of a head. */
	private final long keyStride;

	private final long headBytes;

	private final long layerBytes;

	private final long pageBytes;

	/**
	 * The first position whose keys or values were not finite; halfs in lines cannot say
	 * so.
	 */
	private final AtomicInteger damaged = new AtomicInteger(Integer.MAX_VALUE);

	KvCache(LlamaConfig config, CacheBudget budget) {
		this.budget = budget;
		this.keyStride = (long) config.headDim() * LINE;
		this.headBytes = headBytes(config);
		this.layerBytes = config.kvHeads() * this.headBytes;
		this.pageBytes = pageBytes(config);
	}

	private static long headBytes(LlamaConfig config) {
		return PAGE / LANES * (long) config.headDim() * LINE + columns(config) * VALUE_STRIDE;
	}

	/**
	 * Lines of the value of a position and head.
	 */
	static int columns(LlamaConfig config) {
		return (config.headDim() + LANES - 1) / LANES;
	}

	/**
	 * Bytes of one page: the least that a sequence takes.
	 */
	static long pageBytes(LlamaConfig config) {
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
	 * Byte offset, within its page, of the keys of a head; a position's are in the lane
	 * {@code position % 32} of the lines of its 32 positions.
	 */
	long keysOffset(int layer, int kvHead, int position) {
		return layer * this.layerBytes + kvHead * this.headBytes + position % PAGE / LANES * this.keyStride;
	}

	/**
	 * Byte offset, within its page, of a head's first line of values at a position;
	 * {@link #VALUE_STRIDE} further lies the next.
	 */
	long valuesOffset(int layer, int kvHead, int position) {
		return layer * this.layerBytes + kvHead * this.headBytes + PAGE / LANES * this.keyStride
				+ (long) (position % PAGE) * LINE;
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
			this.budget.giveBack(this.pages.size() * this.pageBytes);
			this.pages.clear();
		}
	}

}
