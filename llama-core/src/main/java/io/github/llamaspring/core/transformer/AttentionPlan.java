package io.github.llamaspring.core.transformer;

/**
 * How the attention of a batch is cut: into blocks of entries of one sequence, those into
 * parts of their heads, and, where that is too little to keep the threads busy, into
 * ranges of tiles whose results are merged (as in flash-decoding; Dao et al. 2023).
 * Mutable.
 */
final class AttentionPlan {

	/** Enough that threads which start late or run slowly do not hold up the others. */
	private static final int CHUNKS_PER_THREAD = 8;

	/** Fewer tiles are not worth a chunk of their own. */
	private static final int LEAST_TILES = 2;

	/** Bytes that lie together and take hardly more time than without an end. */
	private static final long RUN = 256 << 10;

	private final int kvHeads;

	private final int group;

	private final int threads;

	private final int blockSize;

	private final int slots;

	/** Heads of a tile that make a run. */
	private final int together;

	/** First entry of each block, and the end. */
	private final int[] starts = new int[Batch.CAPACITY + 1];

	private int blocks;

	/** Heads of a part. */
	private int heads;

	private int parts;

	private int ranges;

	private boolean apart;

	/**
	 * Plans for a model.
	 * @param blockSize entries of one sequence that share a pass over the tiles
	 * @param slots query heads of entries that a chunk may have
	 */
	AttentionPlan(LlamaConfig config, int threads, int blockSize, int slots) {
		this.kvHeads = config.kvHeads();
		this.group = config.heads() / config.kvHeads();
		this.threads = threads;
		this.blockSize = blockSize;
		this.slots = slots;
		this.together = Math.clamp(RUN / KvCache.headBytes(config), 1, this.kvHeads);
	}

	void make(Batch batch) {
		this.blocks = 0;
		this.apart = true;
		int longest = 0;
		for (int start = 0; start < batch.size(); start = batch.endOfRun(start, this.blockSize)) {
			this.apart &= !contains(batch, start);
			this.starts[this.blocks++] = start;
			this.starts[this.blocks] = batch.endOfRun(start, this.blockSize);
			longest = Math.max(longest, tiles(batch, this.blocks - 1));
		}
		int most = Math.max(1, this.slots / (entries() * this.group));
		int wanted = (this.threads > 1) ? Math.ceilDiv(CHUNKS_PER_THREAD * this.threads, this.blocks) : 1;
		int fewest = Math.ceilDiv(this.kvHeads, Math.min(most, this.together));
		this.ranges = Math.clamp(Math.ceilDiv(wanted, fewest), 1, Math.max(1, longest / LEAST_TILES));
		this.heads = Math.ceilDiv(this.kvHeads, Math.clamp(Math.ceilDiv(wanted, this.ranges), fewest, this.kvHeads));
		this.parts = Math.ceilDiv(this.kvHeads, this.heads);
	}

	private boolean contains(Batch batch, int start) {
		for (int block = 0; block < this.blocks; block++) {
			if (batch.sequence(this.starts[block]) == batch.sequence(start)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether each block has a sequence of its own, so that none needs keys or values
	 * which another block stores.
	 */
	boolean apart() {
		return this.apart;
	}

	/** Parts of all blocks. */
	int tasks() {
		return this.blocks * this.parts;
	}

	/** The first entry of a task. */
	int start(int task) {
		return this.starts[task / this.parts];
	}

	/** After the last entry of a task. */
	int end(int task) {
		return this.starts[task / this.parts + 1];
	}

	/** The first key and value head of a task. */
	int firstHead(int task) {
		return task % this.parts * this.heads;
	}

	/** After the last key and value head of a task. */
	int endHead(int task) {
		return Math.min(this.kvHeads, firstHead(task) + this.heads);
	}

	/** Query heads of entries that a task has, at most. */
	int slots() {
		return entries() * this.group * this.heads;
	}

	/** Entries of the largest block. */
	private int entries() {
		int entries = 0;
		for (int block = 0; block < this.blocks; block++) {
			entries = Math.max(entries, this.starts[block + 1] - this.starts[block]);
		}
		return entries;
	}

	/**
	 * Ranges of tiles; the last one holds all positions of the block's own entries.
	 */
	int ranges() {
		return this.ranges;
	}

	int firstTile(Batch batch, int task, int range) {
		int block = task / this.parts;
		int own = Integer.MAX_VALUE;
		for (int entry = this.starts[block]; entry < this.starts[block + 1]; entry++) {
			own = Math.min(own, batch.position(entry) / KvCache.TILE);
		}
		return Math.min(own, (int) ((long) tiles(batch, block) * range / this.ranges));
	}

	int endTile(Batch batch, int task, int range) {
		return (range == this.ranges - 1) ? tiles(batch, task / this.parts) : firstTile(batch, task, range + 1);
	}

	private int tiles(Batch batch, int block) {
		int last = 0;
		for (int entry = this.starts[block]; entry < this.starts[block + 1]; entry++) {
			last = Math.max(last, batch.position(entry));
		}
		return last / KvCache.TILE + 1;
	}

}
