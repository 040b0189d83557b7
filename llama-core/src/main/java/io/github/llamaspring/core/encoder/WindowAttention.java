package io.github.llamaspring.core.encoder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

import io.github.llamaspring.core.kernel.AttentionKernels;

/**
 * Attention of all tokens of a window to all, a head at a time. Each worker has its own
 * lines. What sees keys or values that are infinite or NaN becomes NaN.
 */
final class WindowAttention {

	private static final int LANES = AttentionKernels.LANES;

	private static final int ROWS = AttentionKernels.MOST_ROWS;

	private final AttentionKernels kernels;

	private final int width;

	private final int size;

	private final int columns;

	private final int padded;

	private final float factor;

	private final float[] query;

	private final float[] key;

	private final float[] value;

	private final float[] attended;

	private final Worker[] workers;

	WindowAttention(EncoderConfig config, AttentionKernels kernels, int threads, float[] query, float[] key,
			float[] value, float[] attended) {
		this.kernels = kernels;
		this.width = config.dim();
		this.size = config.dim() / config.heads();
		this.columns = Math.ceilDiv(this.size, LANES);
		this.padded = Math.ceilDiv(config.positions(), LANES) * LANES;
		this.factor = (float) (AttentionKernels.LINE_SCALE / AttentionKernels.COEFFICIENT_SCALE
				/ (Math.sqrt(this.size) * Math.log(2)));
		this.query = query;
		this.key = key;
		this.value = value;
		this.attended = attended;
		this.workers = new Worker[threads];
		for (int i = 0; i < threads; i++) {
			this.workers[i] = new Worker();
		}
	}

	/**
	 * A head of the window from {@code start} to before {@code end}.
	 * @param queryBias added to the queries
	 */
	void attend(int worker, int start, int end, int head, float[] queryBias) {
		this.workers[worker].attend(start, end, head * this.size, queryBias);
	}

	private final class Worker {

		private final MemorySegment lines;

		private final long values;

		private final long valueStride;

		private final float[] queries;

		private final float[] scores;

		private final float[] weighted;

		private final float[] sums = new float[ROWS];

		private boolean finite;

		Worker() {
			WindowAttention all = WindowAttention.this;
			this.values = (long) all.padded / LANES * all.size * AttentionKernels.LINE_BYTES;
			this.valueStride = (long) all.padded * AttentionKernels.LINE_BYTES;
			this.lines = Arena.ofAuto().allocate(this.values + all.columns * this.valueStride, 64);
			this.queries = new float[ROWS * all.size];
			this.scores = new float[ROWS * all.padded];
			this.weighted = new float[ROWS * all.columns * LANES];
		}

		void attend(int start, int end, int head, float[] bias) {
			WindowAttention all = WindowAttention.this;
			int count = end - start;
			this.finite = true;
			for (int i = 0; i < count; i++) {
				int at = (start + i) * all.width + head;
				this.finite &= all.kernels.storeAcross(all.key, at, all.size, this.lines,
						(long) i / LANES * all.size * AttentionKernels.LINE_BYTES, i % LANES);
				this.finite &= all.kernels.storeAlong(all.value, at, all.size, this.lines,
						this.values + (long) i * AttentionKernels.LINE_BYTES, this.valueStride);
			}
			for (int i = 0; i < count; i += ROWS) {
				look(start + i, Math.min(ROWS, count - i), count, head, bias);
			}
		}

		private void look(int first, int rows, int count, int head, float[] bias) {
			WindowAttention all = WindowAttention.this;
			int size = all.size;
			for (int row = 0; row < rows; row++) {
				for (int i = 0; i < size; i++) {
					this.queries[row * size + i] = (all.query[(first + row) * all.width + head + i] + bias[head + i])
							* AttentionKernels.COEFFICIENT_SCALE;
				}
			}
			int lanes = Math.ceilDiv(count, LANES) * LANES;
			for (int lane = 0; lane < lanes; lane += LANES) {
				all.kernels.multiply(this.lines, (long) lane / LANES * size * AttentionKernels.LINE_BYTES, size,
						this.queries, 0, size, rows, this.scores, lane, all.padded, false);
			}
			for (int row = 0; row < rows; row++) {
				int at = row * all.padded;
				Arrays.fill(this.scores, at + count, at + lanes, Float.NEGATIVE_INFINITY);
				this.sums[row] = all.kernels.powerSum(this.scores, at, lanes, all.kernels.max(this.scores, at, lanes),
						all.factor);
			}
			for (int column = 0; column < all.columns; column++) {
				all.kernels.multiply(this.lines, this.values + column * this.valueStride, count, this.scores, 0,
						all.padded, rows, this.weighted, column * LANES, all.columns * LANES, false);
			}
			for (int row = 0; row < rows; row++) {
				float scale = this.finite ? AttentionKernels.LINE_SCALE / this.sums[row] : Float.NaN;
				int to = (first + row) * all.width + head;
				for (int i = 0; i < size; i++) {
					all.attended[to + i] = this.weighted[row * all.columns * LANES + i] * scale;
				}
			}
		}

	}

}
