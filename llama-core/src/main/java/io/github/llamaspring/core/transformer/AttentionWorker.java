package io.github.llamaspring.core.transformer;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

import io.github.llamaspring.core.kernel.AttentionKernels;

/**
 * What one thread does for attention: it stores the keys and values of some entries, and
 * computes their running softmax (Milakov and Gimelshein 2018; Dao et al. 2022) over some
 * tiles. A slot is one query head of one entry: first those of the first key and value
 * head, entry by entry. Mutable, used by one thread at a time.
 */
final class AttentionWorker {

	private static final int TILE = KvCache.TILE;

	private static final int LANES = AttentionKernels.LANES;

	private static final int MOST_ROWS = AttentionKernels.MOST_ROWS;

	/**
	 * What is asked for before it is read: enough for the processor to go on by itself.
	 */
	private static final int LINES_AHEAD = 24;

	private final LlamaConfig config;

	private final AttentionKernels kernels;

	private final AttentionBuffers buffers;

	/** Query heads of a key and value head. */
	private final int group;

	private final int headDim;

	private final int columns;

	/** Floats of a slot's weighted values: whole lines. */
	private final int width;

	/** Makes powers of two of differences of scores as the kernels give them. */
	private final float factor;

	private final float[] key;

	/** Rotated queries of the slots. */
	private final float[] queries;

	/** Scores, then probabilities, of some slots at the positions of a tile. */
	private final float[] scores = new float[MOST_ROWS * TILE];

	/** Running maximum of each slot. */
	final float[] max;

	/** Running sum of powers of each slot. */
	final float[] sum;

	/** Running sum of weighted values of each slot. */
	final float[] weighted;

	AttentionWorker(LlamaConfig config, AttentionKernels kernels, AttentionBuffers buffers, int slots) {
		this.config = config;
		this.kernels = kernels;
		this.buffers = buffers;
		this.group = config.heads() / config.kvHeads();
		this.headDim = config.headDim();
		this.columns = KvCache.columns(config);
		this.width = this.columns * LANES;
		this.factor = factor(config);
		this.key = new float[this.headDim];
		this.queries = new float[slots * this.headDim];
		this.max = new float[slots];
		this.sum = new float[slots];
		this.weighted = new float[slots * this.width];
	}

	/**
	 * Of softmax(scores / sqrt(headDim)), in powers of two of scores that are too small
	 * by the scale of lines less that of coefficients.
	 */
	static float factor(LlamaConfig config) {
		return (float) (AttentionKernels.LINE_SCALE / AttentionKernels.COEFFICIENT_SCALE
				/ (Math.sqrt(config.headDim()) * Math.log(2)));
	}

	/**
	 * Rotates the keys of some heads and stores them and the values.
	 */
	void store(Batch batch, int layer, int firstHead, int endHead, int start, int end) {
		for (int entry = start; entry < end; entry++) {
			for (int kvHead = firstHead; kvHead < endHead; kvHead++) {
				store(batch.sequence(entry), batch.position(entry), layer, kvHead, entry);
			}
		}
	}

	private void store(KvCache cache, int position, int layer, int kvHead, int entry) {
		MemorySegment memory = cache.memory(position);
		rotate(entry, this.buffers.key(), kvHead, 1, this.key, 0);
		boolean finite = this.kernels.storeAcross(this.key, 0, this.headDim, memory,
				cache.keysOffset(layer, kvHead, position), position % LANES);
		finite &= this.kernels.storeAlong(this.buffers.value().data(),
				this.buffers.value().at(entry) + kvHead * this.headDim, this.headDim, memory,
				cache.valuesOffset(layer, kvHead, position), KvCache.VALUE_STRIDE);
		if (!finite) {
			cache.damage(position);
		}
	}

	private void rotate(int entry, Rows source, int head, float scale, float[] out, int outOffset) {
		int dimensions = this.config.rope().dimensions();
		this.kernels.rotate(source.data(), source.at(entry) + head * this.headDim, this.buffers.ropeTable(),
				entry * this.buffers.ropeTableSize(), dimensions, this.headDim, scale, out, outOffset);
	}

	/**
	 * Lets the entries from {@code start} to before {@code end}, of one sequence, look at
	 * some tiles of some heads; the results are in {@link #max}, {@link #sum} and
	 * {@link #weighted}.
	 */
	void attend(Batch batch, int layer, int firstHead, int endHead, int start, int end, int firstTile, int endTile) {
		int slots = (end - start) * this.group;
		int all = (endHead - firstHead) * slots;
		for (int slot = 0; slot < all; slot++) {
			rotate(start + slot % slots / this.group, this.buffers.query(),
					(firstHead + slot / slots) * this.group + slot % this.group, AttentionKernels.COEFFICIENT_SCALE,
					this.queries, slot * this.headDim);
		}
		Arrays.fill(this.max, 0, all, Float.NEGATIVE_INFINITY);
		Arrays.fill(this.sum, 0, all, 0);
		Arrays.fill(this.weighted, 0, all * this.width, 0);
		KvCache cache = batch.sequence(start);
		for (int first = firstTile * TILE; first < endTile * TILE; first += TILE) {
			MemorySegment memory = cache.memory(first);
			for (int kvHead = firstHead; kvHead < endHead; kvHead++) {
				long keys = cache.keysOffset(layer, kvHead, first);
				long values = cache.valuesOffset(layer, kvHead, first);
				int base = (kvHead - firstHead) * slots;
				for (int slot = 0; slot < slots; slot += MOST_ROWS) {
					look(batch, start, first, base, slot, Math.min(MOST_ROWS, slots - slot), memory, keys, values);
				}
			}
		}
	}

	/**
	 * A few slots of a head, whose first one is {@code base}, look at a tile.
	 */
	private void look(Batch batch, int start, int first, int base, int slot, int rows, MemorySegment memory, long keys,
			long values) {
		int deepest = 0;
		for (int row = 0; row < rows; row++) {
			deepest = Math.max(deepest, visible(batch, start, first, slot + row));
		}
		if (deepest == 0) {
			return;
		}
		long keyStride = (long) this.headDim * AttentionKernels.LINE_BYTES;
		for (int lane = 0; lane < deepest; lane += LANES) {
			this.kernels.multiply(memory, keys + lane / LANES * keyStride, this.headDim, this.queries,
					(base + slot) * this.headDim, this.headDim, rows, this.scores, lane, TILE, false);
		}
		if (slot == 0) {
			this.kernels.prefetch(memory, values, LINES_AHEAD);
		}
		for (int row = 0; row < rows; row++) {
			weigh(base + slot + row, row * TILE, visible(batch, start, first, slot + row));
		}
		if (slot == 0) {
			this.kernels.prefetch(memory, values + this.columns * KvCache.VALUE_STRIDE, LINES_AHEAD);
		}
		for (int column = 0; column < this.columns; column++) {
			this.kernels.multiply(memory, values + column * KvCache.VALUE_STRIDE, deepest, this.scores, 0, TILE, rows,
					this.weighted, (base + slot) * this.width + column * LANES, this.width, true);
		}
	}

	private int visible(Batch batch, int start, int first, int slot) {
		return Math.clamp(batch.position(start + slot / this.group) + 1 - first, 0, TILE);
	}

	/**
	 * Makes probabilities of a tile's scores, as if the largest so far were the largest
	 * of all.
	 */
	private void weigh(int slot, int at, int visible) {
		if (visible == 0) {
			Arrays.fill(this.scores, at, at + TILE, 0);
			return;
		}
		Arrays.fill(this.scores, at + visible, at + TILE, Float.NEGATIVE_INFINITY);
		float before = this.max[slot];
		float now = Math.max(before, this.kernels.max(this.scores, at, TILE));
		if (now > before && this.sum[slot] != 0) {
			float correction = (float) Math.pow(2, (before - now) * this.factor);
			this.kernels.scale(this.weighted, slot * this.width, correction, this.width);
			this.sum[slot] *= correction;
		}
		this.max[slot] = now;
		this.sum[slot] += this.kernels.powerSum(this.scores, at, TILE, now, this.factor);
	}

}
