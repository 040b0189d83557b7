package io.github.llamaspring.core.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What one worker has to itself: a stream, a tile, a scratchpad. Two threads on one
 * scratchpad give wrong results now and then.
 */
final class Lane {

	/**
	 * A page: vector loads never straddle cache lines, and neighbours never share one.
	 */
	private static final long ALIGNMENT = 4096;

	private final Dnnl dnnl;

	private final MemorySegment stream;

	private Buffer tile = new Buffer(0);

	private Buffer weights = new Buffer(0);

	private Buffer scratchpad = new Buffer(0);

	Lane(Dnnl dnnl) {
		this.dnnl = dnnl;
		this.stream = dnnl.stream();
	}

	/** Makes room; what was in it is lost if there was too little. */
	void reserve(long tileBytes, long weightBytes, long scratchpadBytes) {
		this.tile = this.tile.atLeast(tileBytes);
		this.weights = this.weights.atLeast(weightBytes);
		this.scratchpad = this.scratchpad.atLeast(scratchpadBytes);
	}

	MemorySegment stream() {
		return this.stream;
	}

	MemorySegment tile() {
		return this.tile.memory;
	}

	MemorySegment weights() {
		return this.weights.memory;
	}

	MemorySegment scratchpad() {
		return this.scratchpad.memory;
	}

	void close() {
		this.dnnl.destroyStream(this.stream);
		this.tile.arena.close();
		this.weights.arena.close();
		this.scratchpad.arena.close();
	}

	/** Memory that can be replaced by more. */
	private static final class Buffer {

		private final Arena arena = Arena.ofShared();

		private final MemorySegment memory;

		Buffer(long bytes) {
			this.memory = this.arena.allocate(bytes, ALIGNMENT);
		}

		Buffer atLeast(long bytes) {
			if (this.memory.byteSize() >= bytes) {
				return this;
			}
			this.arena.close();
			return new Buffer(bytes);
		}

	}

}
