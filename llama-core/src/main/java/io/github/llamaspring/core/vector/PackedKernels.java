package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;

import org.jspecify.annotations.Nullable;

/**
 * The generated kernels of one vector width. A kernel computes as many rows of each 32 as
 * a vector holds; see {@link #lanes()}.
 */
abstract class PackedKernels {

	/**
	 * The kernels of the JVM's vector width.
	 */
	static PackedKernels get() {
		boolean address = NativeMemory.isGranted();
		return switch (Lanes.BITS) {
			case 512 -> address ? new Address512() : new Segment512();
			case 256 -> address ? new Address256() : new Segment256();
			default -> address ? new Address128() : new Segment128();
		};
	}

	/**
	 * The product for some tokens and groups of 32 rows, or null if there is none.
	 */
	abstract @Nullable Product product(PackedFormat format, int tokens, int groups);

	/**
	 * The product for one token that asks for memory before it reads it, or null if there
	 * is none; for groups in one stream.
	 */
	abstract @Nullable Product productAhead(PackedFormat format, int groups);

	/** The product for one token that a layout wants, or null if there is none here. */
	final @Nullable Product single(PackedFormat format, Layout layout) {
		if (layout.prefetched()) {
			return Prefetch.isAvailable() ? productAhead(format, layout.groups()) : null;
		}
		return product(format, 1, layout.groups());
	}

	abstract Unpacker unpacker(PackedFormat format);

	/**
	 * Writes pairs of bfloat16 as oneDNN wants them, 64 bytes for 16 rows, 256 from a
	 * pair of columns to the next; or null where there is no native access.
	 */
	abstract @Nullable Unpacker pairUnpacker(PackedFormat format);

	abstract TileProduct tileProduct(int tokens);

	/**
	 * How many tokens a {@link #tileProduct} can take, descending to 1.
	 */
	abstract int[] tileTokens();

	abstract int bits();

	/**
	 * Rows that a kernel computes of the first 16, and of the other 16, of each group.
	 */
	final int lanes() {
		return bits() / Float.SIZE;
	}

	/** Packed weights times some tokens. */
	@FunctionalInterface
	interface Product {

		/**
		 * Computes rows {@code r} and {@code 16 + r} of each group of 32, where
		 * {@code r < lanes}. One-token and float kernels set results, others add.
		 * @param data where the weights are, unless offsets are addresses
		 * @param offset of the first line, plus 4 bytes for each skipped row
		 * @param line bytes from one line of a group to the next
		 * @param group bytes from one group to the next
		 * @param blocks blocks of 32 columns; of none nothing is computed
		 * @param in the activations
		 * @param token the first one
		 * @param factor of all results
		 * @param at index of row 0 of the first token in {@code y}
		 * @param stride elements from token to token
		 */
		void run(MemorySegment data, long offset, long line, long group, int blocks, Panel in, int token, float factor,
				float[] y, int at, int stride);

	}

	/** Packed weights to floats. */
	@FunctionalInterface
	interface Unpacker {

		/**
		 * Writes 32 floats (the rows) for each column, of which this call sets those that
		 * {@link Product} would compute.
		 */
		void run(MemorySegment data, long offset, long line, int blocks, float factor, MemorySegment tile,
				long tileOffset);

	}

	/** A tile of floats times some tokens. */
	@FunctionalInterface
	interface TileProduct {

		/**
		 * Adds to rows {@code r} and {@code 16 + r}.
		 * @param x activations, {@code [column][token]}
		 * @param from index of the first
		 */
		void run(MemorySegment tile, long tileOffset, int columns, float[] x, int from, float[] y, int at, int stride);

	}

}
