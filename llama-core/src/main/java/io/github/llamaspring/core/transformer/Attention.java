package io.github.llamaspring.core.transformer;

import java.util.Arrays;
import java.util.Objects;

import io.github.llamaspring.core.kernel.AttentionKernels;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * Causal grouped-query attention over the tiles of the cache: rotates queries and keys,
 * stores keys and values, and attends. One parallel region where each sequence of the
 * batch is in one block (when tokens are generated), else two. One user at a time.
 */
final class Attention {

	/** Slots (query heads of an entry) that share a pass over a head's tiles, about. */
	private static final int SLOTS = 64;

	private final LlamaConfig config;

	private final WorkerPool pool;

	private final AttentionBuffers buffers;

	private final AttentionPlan plan;

	private final AttentionMerge merge;

	private final AttentionWorker[] workers;

	private final int group;

	/** Kept, so that a forward pass makes no objects. */
	private final WorkerPool.Task store = this::store;

	private final WorkerPool.Task attend = this::attend;

	private @Nullable Batch batch;

	private int layer;

	Attention(LlamaConfig config, AttentionKernels kernels, WorkerPool pool, AttentionBuffers buffers) {
		this.config = config;
		this.pool = pool;
		this.buffers = buffers;
		this.group = config.heads() / config.kvHeads();
		int blockSize = Math.clamp(SLOTS / this.group, 1, SLOTS);
		int slots = Math.max(blockSize * this.group, config.heads());
		this.plan = new AttentionPlan(config, pool.threads(), blockSize, slots);
		this.merge = new AttentionMerge(kernels, config);
		this.workers = new AttentionWorker[pool.threads()];
		Arrays.setAll(this.workers, (i) -> new AttentionWorker(config, kernels, buffers, slots));
	}

	/**
	 * Before the first layer of a batch; room for its positions is reserved already.
	 */
	void begin(Batch batch) {
		this.plan.make(batch);
		if (this.plan.ranges() > 1) {
			this.merge.prepare(this.plan.tasks(), this.plan.ranges(), this.plan.slots());
		}
	}

	/**
	 * Stores the entries' keys and values, and computes
	 * {@code attended = softmax(query * keys / sqrt(headDim)) * values} for each entry
	 * and head. If keys or values that an entry sees were infinite or NaN, its result is
	 * NaN.
	 */
	void run(Batch batch, int layer) {
		this.batch = batch;
		this.layer = layer;
		int tasks = this.plan.tasks();
		if (!this.plan.apart()) {
			this.pool.run(tasks, this.store);
		}
		if (this.plan.ranges() > 1) {
			this.merge.start(tasks);
		}
		this.pool.run(tasks * this.plan.ranges(), this.attend);
		this.batch = null;
	}

	private void store(int task, int worker) {
		this.workers[worker].store(Objects.requireNonNull(this.batch), this.layer, this.plan.firstHead(task),
				this.plan.endHead(task), this.plan.start(task), this.plan.end(task));
	}

	private void attend(int chunk, int worker) {
		AttentionWorker own = this.workers[worker];
		Batch batch = Objects.requireNonNull(this.batch);
		int ranges = this.plan.ranges();
		// The last range has the most to do: it comes first.
		int range = ranges - 1 - chunk % ranges;
		int task = chunk / ranges;
		int firstHead = this.plan.firstHead(task);
		int endHead = this.plan.endHead(task);
		int start = this.plan.start(task);
		int end = this.plan.end(task);
		if (this.plan.apart() && range == ranges - 1) {
			own.store(batch, this.layer, firstHead, endHead, start, end);
		}
		own.attend(batch, this.layer, firstHead, endHead, start, end, this.plan.firstTile(batch, task, range),
				this.plan.endTile(batch, task, range));
		int slots = (end - start) * this.group;
		if (ranges == 1 || this.merge.finish(task, range, (endHead - firstHead) * slots, own)) {
			for (int kvHead = firstHead; kvHead < endHead; kvHead++) {
				for (int entry = start; entry < end; entry++) {
					put(batch, entry, kvHead, (kvHead - firstHead) * slots + (entry - start) * this.group, own);
				}
			}
		}
	}

	private void put(Batch batch, int entry, int kvHead, int slot, AttentionWorker own) {
		int headDim = this.config.headDim();
		int width = own.weighted.length / own.sum.length;
		float[] out = this.buffers.attended().data();
		boolean damaged = batch.sequence(entry).isDamaged(batch.position(entry));
		for (int g = 0; g < this.group; g++) {
			float factor = damaged ? Float.NaN : AttentionKernels.LINE_SCALE / own.sum[slot + g];
			int from = (slot + g) * width;
			int to = this.buffers.attended().at(entry) + (kvHead * this.group + g) * headDim;
			for (int i = 0; i < headDim; i++) {
				out[to + i] = own.weighted[from + i] * factor;
			}
		}
	}

}
