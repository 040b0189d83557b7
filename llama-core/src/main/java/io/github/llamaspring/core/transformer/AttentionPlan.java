package io.github.llamaspring.core.transformer;

/**
 * How the attention of a batch is cut: into blocks of entries of one sequence, and, where
 * blocks and heads are too few to keep the threads busy, into ranges of pages whose
 * results are merged (as in flash-decoding; Dao et al. 2023). Mutable.
 */
final class AttentionPlan {

	/** Enough that threads which start late or run slowly do not hold up the others. */
	private static final int CHUNKS_PER_THREAD = 8;

	/** Fewer pages are not worth a chunk of their own. */
	private static final int LEAST_PAGES = 2;

	private final int kvHeads;

	private final int threads;

	/** Entries of one sequence that share a pass over the pages. */
	private final int blockSize;

	/** First entry of each block, and the end. */
	private final int[] starts = new int[Batch.CAPACITY + 1];

	private int blocks;

	private int ranges;

	private boolean apart;

	AttentionPlan(int kvHeads, int threads, int blockSize) {
		this.kvHeads = kvHeads;
		this.threads = threads;
		this.blockSize = blockSize;
	}

	void make(Batch batch) {
		this.blocks = 0;
		this.apart = true;
		int longest = 0;
		for (int start = 0; start < batch.size(); start = batch.endOfRun(start, this.blockSize)) {
			this.apart &= !contains(batch, start);
			this.starts[this.blocks++] = start;
			this.starts[this.blocks] = batch.endOfRun(start, this.blockSize);
			longest = Math.max(longest, pages(batch, this.blocks - 1));
		}
		int chunks = this.blocks * this.kvHeads;
		int wanted = (this.threads > 1) ? CHUNKS_PER_THREAD * this.threads : 1;
		this.ranges = Math.clamp((wanted + chunks - 1) / chunks, 1, Math.max(1, longest / LEAST_PAGES));
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

	int blocks() {
		return this.blocks;
	}

	int start(int block) {
		return this.starts[block];
	}

	int end(int block) {
		return this.starts[block + 1];
	}

	/**
	 * Ranges of pages; the last one holds all positions of the block's own entries.
	 */
	int ranges() {
		return this.ranges;
	}

	int firstPage(Batch batch, int block, int range) {
		int own = Integer.MAX_VALUE;
		for (int entry = start(block); entry < end(block); entry++) {
			own = Math.min(own, batch.position(entry) / KvCache.PAGE);
		}
		return Math.min(own, (int) ((long) pages(batch, block) * range / this.ranges));
	}

	int endPage(Batch batch, int block, int range) {
		return (range == this.ranges - 1) ? pages(batch, block) : firstPage(batch, block, range + 1);
	}

	private int pages(Batch batch, int block) {
		int last = 0;
		for (int entry = start(block); entry < end(block); entry++) {
			last = Math.max(last, batch.position(entry));
		}
		return last / KvCache.PAGE + 1;
	}

}
