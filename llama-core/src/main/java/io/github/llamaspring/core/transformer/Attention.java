package io.github.llamaspring.core.transformer;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WorkerPool;

/**
 * Causal grouped-query attention over the pages of the cache with a running softmax
 * (Milakov and Gimelshein 2018; Dao et al. 2022): a page is turned into floats once for
 * all query heads and entries that look at it. Mutable scratch, one user at a time.
 */
final class Attention {

	/** Entries of one sequence that share a pass over the pages. */
	private static final int BLOCK = 16;

	private final LlamaConfig config;

	private final Kernels kernels;

	private final WorkerPool pool;

	private final Scratch[] scratch;

	/** First entry of each block of the batch at hand. */
	private final int[] blockStarts = new int[Batch.CAPACITY + 1];

	Attention(LlamaConfig config, Kernels kernels, WorkerPool pool) {
		this.config = config;
		this.kernels = kernels;
		this.pool = pool;
		this.scratch = new Scratch[pool.threads()];
		Arrays.setAll(this.scratch, (i) -> new Scratch(config));
	}

	/**
	 * {@code attended = softmax(query * keys / sqrt(headDim)) * values} for each entry
	 * and head; the entries' own keys and values are in the cache already.
	 */
	void run(Batch batch, int layer, float[] query, float[] attended) {
		int blocks = 0;
		for (int start = 0; start < batch.size(); start = batch.endOfRun(start, BLOCK)) {
			this.blockStarts[blocks++] = start;
		}
		this.blockStarts[blocks] = batch.size();
		int kvHeads = this.config.kvHeads();
		this.pool.run(blocks * kvHeads,
				(chunk, worker) -> block(batch, layer, chunk % kvHeads, this.blockStarts[chunk / kvHeads],
						this.blockStarts[chunk / kvHeads + 1], query, attended, this.scratch[worker]));
	}

	private void block(Batch batch, int layer, int kvHead, int start, int end, float[] query, float[] attended,
			Scratch own) {
		int headDim = this.config.headDim();
		int group = this.config.heads() / this.config.kvHeads();
		KvCache cache = batch.sequence(start);
		int lastPosition = batch.position(end - 1);
		own.reset();
		for (int first = 0; first <= lastPosition; first += KvCache.PAGE) {
			int count = Math.min(KvCache.PAGE, lastPosition + 1 - first);
			MemorySegment page = cache.page(first);
			this.kernels.halfToFloat(page, cache.headOffset(layer, false, kvHead), own.keys, 0, count * headDim);
			this.kernels.halfToFloat(page, cache.headOffset(layer, true, kvHead), own.values, 0, count * headDim);
			for (int entry = start; entry < end; entry++) {
				int visible = Math.min(count, batch.position(entry) + 1 - first);
				for (int g = 0; g < group && visible > 0; g++) {
					int offset = (entry * this.config.heads() + kvHead * group + g) * headDim;
					page(query, attended, offset, visible, (entry - start) * group + g, own);
				}
			}
		}
		for (int entry = start; entry < end; entry++) {
			for (int g = 0; g < group; g++) {
				int offset = (entry * this.config.heads() + kvHead * group + g) * headDim;
				this.kernels.scale(attended, offset, 1 / own.sum[(entry - start) * group + g], headDim);
			}
		}
	}

	/**
	 * One head of one entry looks at {@code visible} positions of the page in scratch.
	 */
	private void page(float[] query, float[] attended, int offset, int visible, int slot, Scratch own) {
		int headDim = this.config.headDim();
		float factor = (float) (1 / Math.sqrt(headDim));
		float max = own.max[slot];
		for (int i = 0; i < visible; i++) {
			float score = this.kernels.dot(query, offset, own.keys, i * headDim, headDim) * factor;
			own.scores[i] = score;
			max = Math.max(max, score);
		}
		float sum = this.kernels.expSum(own.scores, 0, visible, max);
		if (own.sum[slot] == 0) {
			Arrays.fill(attended, offset, offset + headDim, 0);
		}
		else if (max > own.max[slot]) {
			float correction = (float) Math.exp(own.max[slot] - max);
			this.kernels.scale(attended, offset, correction, headDim);
			own.sum[slot] *= correction;
		}
		own.max[slot] = max;
		own.sum[slot] += sum;
		for (int i = 0; i < visible; i++) {
			this.kernels.addScaled(attended, offset, own.scores[i], own.values, i * headDim, headDim);
		}
	}

	/** What one worker needs. */
	private static final class Scratch {

		final float[] keys;

		final float[] values;

		final float[] scores = new float[KvCache.PAGE];

		/** Running maximum of each entry and head of the group. */
		final float[] max;

		/** Running sum of exponentials of each entry and head of the group. */
		final float[] sum;

		Scratch(LlamaConfig config) {
			this.keys = new float[KvCache.PAGE * config.headDim()];
			this.values = new float[KvCache.PAGE * config.headDim()];
			int slots = BLOCK * (config.heads() / config.kvHeads());
			this.max = new float[slots];
			this.sum = new float[slots];
		}

		void reset() {
			Arrays.fill(this.max, Float.NEGATIVE_INFINITY);
			Arrays.fill(this.sum, 0);
		}

	}

}
