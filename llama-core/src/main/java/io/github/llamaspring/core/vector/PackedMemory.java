package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory for the matrices of one network. Where pages are huge, matrices share them: else
 * each would waste a megabyte on average. Used by one thread.
 */
final class PackedMemory implements AutoCloseable {

	/** Bytes taken from the system at once; what is not written takes no memory. */
	private static final long SLAB = 1L << 30;

	private static final long ALIGNMENT = 4096;

	private final List<NativeMemory.Region> slabs = new ArrayList<>();

	/** Where the free rest of the last slab begins. */
	private long used;

	/**
	 * Memory for a matrix; closing it gives nothing back.
	 * @throws io.github.llamaspring.core.error.LlamaException if there is none left
	 */
	NativeMemory.Region allocate(long bytes) {
		boolean shared = NativeMemory.isLazy();
		if (!shared || this.slabs.isEmpty() || bytes > this.slabs.getLast().segment().byteSize() - this.used) {
			this.slabs.add(NativeMemory.allocate(shared ? Math.max(SLAB, bytes) : bytes));
			this.used = 0;
		}
		NativeMemory.Region slab = this.slabs.getLast();
		MemorySegment segment = slab.segment().asSlice(this.used, bytes);
		long start = slab.start() + this.used;
		this.used = (this.used + bytes + ALIGNMENT - 1) & -ALIGNMENT;
		this.used = Math.min(this.used, slab.segment().byteSize());
		return new NativeMemory.Region(segment, start, () -> {
		});
	}

	/** Gives all of it back. */
	@Override
	public void close() {
		this.slabs.forEach(NativeMemory.Region::close);
		this.slabs.clear();
	}

}
