package io.github.llamaspring.core.transformer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

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

	private final Arena arena = Arena.ofShared();

	private final List<MemorySegment> pages = new ArrayList<>();

	private final long headBytes;

	private final long planeBytes;

	private final long pageBytes;

	public KvCache(LlamaConfig config) {
		this.headBytes = (long) PAGE * config.headDim() * HALF_BYTES;
		this.planeBytes = config.kvHeads() * this.headBytes;
		this.pageBytes = config.layers() * 2 * this.planeBytes;
	}

	/**
	 * Makes room for positions below {@code length}.
	 */
	void reserve(int length) {
		while ((long) this.pages.size() * PAGE < length) {
			this.pages.add(this.arena.allocate(this.pageBytes, 64));
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
	 * Bytes allocated.
	 */
	public long bytes() {
		return this.pages.size() * this.pageBytes;
	}

	/**
	 * Gives the memory back.
	 */
	@Override
	public void close() {
		if (this.arena.scope().isAlive()) {
			this.arena.close();
		}
	}

}
