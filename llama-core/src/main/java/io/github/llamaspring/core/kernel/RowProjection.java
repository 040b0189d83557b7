package io.github.llamaspring.core.kernel;

import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Shares the rows of a projection out among the threads, and finishes the results of each
 * chunk while they are in the cache.
 */
public abstract class RowProjection implements Projection {

	private static final int CHUNKS_PER_THREAD = 8;

	/** Multiply-adds worth a chunk: some microseconds. */
	private static final long MIN_WORK = 65_536;

	/** Some milliseconds: who cancels waits for the chunks under way. */
	private static final long MOST_WORK = 1L << 29;

	private final Plan plan;

	private final Kernels kernels;

	private final WorkerPool pool;

	private final int unit;

	private final WorkerPool.Task preparing = this::prepareChunk;

	private final WorkerPool.Task multiplying = this::multiplyChunk;

	private final Scratch scratch;

	/** Which run a thread has prepared for, on cache lines of their own. */
	private final int[] prepared;

	private int run;

	private int first;

	private int count;

	private int rowsPerChunk;

	private BooleanSupplier cancelled = () -> false;

	/**
	 * Prepares to run a plan.
	 * @param unit rows that kernels take together
	 */
	protected RowProjection(Plan plan, Kernels kernels, WorkerPool pool, Scratch scratch, int unit) {
		this.plan = plan;
		this.kernels = kernels;
		this.pool = pool;
		this.unit = unit;
		this.prepared = new int[16 * (pool.threads() + 1)];
		this.scratch = scratch;
		int rows = plan.matrices().getFirst().rows();
		scratch.reserve(Math.multiplyExact(plan.capacity(), plan.cols()),
				(plan.result() == Result.ADD) ? Math.multiplyExact(plan.capacity(), rows) : 0);
	}

	/**
	 * Memory that the projections of one network share.
	 */
	public static final class Scratch {

		/** The input as it is, or normalised. */
		private float[] input = new float[0];

		/** Products that are to be added to the output. */
		private float[] sums = new float[0];

		private void reserve(int input, int sums) {
			if (input > this.input.length) {
				this.input = new float[input];
			}
			if (sums > this.sums.length) {
				this.sums = new float[sums];
			}
		}

	}

	protected final Plan plan() {
		return this.plan;
	}

	protected final Kernels kernels() {
		return this.kernels;
	}

	protected final WorkerPool pool() {
		return this.pool;
	}

	/** The prepared input: {@code [entry][cols]}. */
	protected final float[] input() {
		return this.scratch.input;
	}

	/** Entries of the run at hand. */
	protected final int count() {
		return this.count;
	}

	@Override
	public final boolean run(int first, int count, BooleanSupplier cancelled) {
		if (cancelled.getAsBoolean()) {
			return false;
		}
		this.first = first;
		this.count = count;
		this.cancelled = cancelled;
		this.run++;
		begin();
		int preparations = preparations();
		if (preparations > 0) {
			this.pool.run(preparations, this.preparing);
		}
		this.rowsPerChunk = rowsPerChunk();
		this.pool.run(chunks(), this.multiplying);
		return !cancelled.getAsBoolean();
	}

	/** Called before each run. */
	protected abstract void begin();

	/**
	 * Pieces of preparation that the threads share; 0 if each prepares for itself.
	 */
	protected abstract int preparations();

	/** Does one of them. */
	protected abstract void prepare(int piece, int worker);

	/** Prepares for one thread, before its first chunk. */
	protected abstract void prepareOwn(int worker);

	/**
	 * Computes rows {@code from} to {@code to} of a matrix:
	 * {@code y[entry * rows + row]}.
	 */
	protected abstract void multiply(int matrix, int from, int to, float[] y, int worker);

	private void prepareChunk(int chunk, int worker) {
		prepare(chunk, worker);
	}

	private int rowsPerChunk() {
		long rows = 0;
		for (int i = 0; i < lists(); i++) {
			rows += this.plan.matrices().get(i).rows();
		}
		long workPerRow = (long) this.plan.cols() * this.count;
		long least = Math.max(Math.ceilDiv(MIN_WORK, workPerRow),
				Math.ceilDiv(rows, (long) this.pool.threads() * CHUNKS_PER_THREAD));
		long units = Math.min(Math.ceilDiv(least, this.unit), Math.max(1, MOST_WORK / (workPerRow * this.unit)));
		return Math.toIntExact(units * this.unit);
	}

	/** Matrices with chunks of their own: gate and up are computed together. */
	private int lists() {
		return (this.plan.result() == Result.GATE) ? 1 : this.plan.matrices().size();
	}

	private int chunks() {
		int chunks = 0;
		for (int i = 0; i < lists(); i++) {
			chunks += Math.ceilDiv(this.plan.matrices().get(i).rows(), this.rowsPerChunk);
		}
		return chunks;
	}

	private void multiplyChunk(int chunk, int worker) {
		if (this.cancelled.getAsBoolean()) {
			return;
		}
		if (this.prepared[16 * worker + 16] != this.run) {
			prepareOwn(worker);
			this.prepared[16 * worker + 16] = this.run;
		}
		int matrix = 0;
		int within = chunk;
		for (;; matrix++) {
			int chunks = Math.ceilDiv(this.plan.matrices().get(matrix).rows(), this.rowsPerChunk);
			if (within < chunks) {
				break;
			}
			within -= chunks;
		}
		int from = within * this.rowsPerChunk;
		int to = Math.min(from + this.rowsPerChunk, this.plan.matrices().get(matrix).rows());
		switch (this.plan.result()) {
			case STORE -> multiply(matrix, from, to, this.plan.outputs().get(matrix), worker);
			case ADD -> add(from, to, worker);
			case GATE -> gate(from, to, worker);
		}
	}

	private void add(int from, int to, int worker) {
		multiply(0, from, to, this.scratch.sums, worker);
		int rows = this.plan.matrices().getFirst().rows();
		for (int i = 0; i < this.count; i++) {
			int at = i * rows + from;
			this.kernels.addScaled(this.plan.outputs().getFirst(), at, 1, this.scratch.sums, at, to - from);
		}
	}

	private void gate(int from, int to, int worker) {
		float[] gate = this.plan.outputs().get(0);
		float[] up = this.plan.outputs().get(1);
		multiply(0, from, to, gate, worker);
		multiply(1, from, to, up, worker);
		int rows = this.plan.matrices().getFirst().rows();
		for (int i = 0; i < this.count; i++) {
			this.kernels.siluMultiply(gate, up, i * rows + from, to - from);
		}
	}

	/** Sets part of an output to zero. */
	protected final void clear(float[] y, int rows, int from, int to) {
		for (int i = 0; i < this.count; i++) {
			Arrays.fill(y, i * rows + from, i * rows + to, 0);
		}
	}

	/** The input of an entry, normalised if the plan says so. */
	protected final void normalise(int entry, float[] out, int outOffset) {
		int cols = this.plan.cols();
		int at = (this.first + entry) * cols;
		float[] norm = this.plan.norm();
		if (norm == null) {
			System.arraycopy(this.plan.input(), at, out, outOffset, cols);
		}
		else {
			this.kernels.rmsNorm(this.plan.input(), at, norm, this.plan.epsilon(), out, outOffset, cols);
		}
	}

}
