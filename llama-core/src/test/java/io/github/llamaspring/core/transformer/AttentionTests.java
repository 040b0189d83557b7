package io.github.llamaspring.core.transformer;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Against the formula, in double: softmax(q K / sqrt(d)) V over all positions at once,
 * with keys and values rounded to halfs as the cache holds them.
 */
class AttentionTests {

	private static final double THETA = 10_000;

	@ParameterizedTest
	@CsvSource({ "4, 4, 64, 64, 2", "9, 3, 64, 64, 2", "16, 2, 64, 64, 3", "6, 1, 80, 80, 2", "5, 5, 128, 64, 1",
			"8, 2, 20, 12, 4", "3, 1, 7, 6, 2", "70, 1, 8, 8, 2" })
	void equalsTheFormula(int heads, int kvHeads, int headDim, int rotated, int threads) {
		for (Kernels kernels : new Kernels[] { Kernels.vector(), Kernels.scalar() }) {
			try (Fixture f = new Fixture(kernels, threads, heads, kvHeads, headDim, rotated)) {
				KvCache one = f.sequence();
				KvCache two = f.sequence();
				KvCache three = f.sequence();
				// A prompt in batches that end within a page.
				f.add(one, 0, 50).run().add(one, 50, 64).run().add(one, 114, 64).run();
				f.add(two, 0, 3).run();
				// One token each; the long one alone; the short one alone.
				f.add(one, 178, 1).add(two, 3, 1).run().add(one, 179, 1).run().add(two, 4, 1).run();
				// Several of one sequence, others between, and the same one again.
				f.add(three, 0, 20).add(one, 180, 21).add(two, 5, 3).add(one, 201, 2).run();
				f.add(one, 203, 60).run().add(one, 263, 64).run().add(one, 327, 1).run();
				// Back to an earlier position, across the end of a page.
				f.add(one, 188, 9).run().add(one, 197, 1).run();
			}
		}
	}

	@Test
	void aLongContextIsCutIntoRangesWithTheSameResult() {
		for (int threads : new int[] { 1, 2, 8 }) {
			try (Fixture f = new Fixture(Kernels.vector(), threads, 4, 2, 32, 32)) {
				KvCache sequence = f.sequence();
				for (int position = 0; position < 1984; position += 64) {
					f.add(sequence, position, 64).compute();
				}
				f.add(sequence, 1984, 1).run().add(sequence, 1985, 5).run();
			}
		}
	}

	@Test
	void sharpAndFlatScoresStayExact() {
		for (float scale : new float[] { 1e-12f, 300, 1e5f }) {
			try (Fixture f = new Fixture(Kernels.vector(), 2, 4, 2, 64, 64)) {
				f.queryScale = scale;
				KvCache sequence = f.sequence();
				f.add(sequence, 0, 64).run().add(sequence, 64, 64).run().add(sequence, 128, 1).run();
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "NaN", "Infinity", "-Infinity" })
	void whatIsNotFiniteShowsUntilItIsWrittenOver(float poison) {
		for (Kernels kernels : new Kernels[] { Kernels.vector(), Kernels.scalar() }) {
			for (boolean inKey : new boolean[] { true, false }) {
				try (Fixture f = new Fixture(kernels, 2, 4, 2, 64, 64)) {
					KvCache sequence = f.sequence();
					f.add(sequence, 0, 40).run().add(sequence, 40, 3);
					(inKey ? f.s.key : f.s.value)[128 + 5] = poison;
					f.compute();
					assertThat(f.attended(0, 0)).as("position 40 does not see 41").isNotNaN();
					assertThat(f.attended(1, 0)).isNaN();
					assertThat(f.attended(2, 0)).isNaN();
					f.add(sequence, 43, 1).compute();
					assertThat(f.attended(0, 0)).isNaN();
					f.add(sequence, 41, 1).run().add(sequence, 42, 2).run();
				}
			}
		}
	}

	@Test
	void queriesThatAreNotFiniteShow() {
		try (Fixture f = new Fixture(Kernels.vector(), 2, 4, 2, 64, 64)) {
			KvCache sequence = f.sequence();
			f.add(sequence, 0, 40).run().add(sequence, 40, 1);
			f.s.query[70] = Float.NaN;
			f.s.query[130] = Float.POSITIVE_INFINITY;
			f.compute();
			assertThat(f.attended(0, 0)).isNotNaN();
			assertThat(f.attended(0, 1)).isNaN();
			assertThat(f.attended(0, 2)).isNaN();
		}
	}

	@Test
	void makesNoObjectsAfterTheFirstTime() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		try (Fixture f = new Fixture(Kernels.scalar(), 2, 4, 2, 16, 16)) {
			KvCache sequence = f.sequence();
			for (int position = 0; position < 640; position += 64) {
				f.add(sequence, position, 64).compute();
			}
			long least = Long.MAX_VALUE;
			for (int i = 0; i < 40 && least > 0; i++) {
				f.add(sequence, 640 + i % 2, 1);
				f.cache(sequence).reserve(642);
				f.attention.begin(f.batch);
				long before = threads.getTotalThreadAllocatedBytes();
				for (int layer = 0; layer < 100; layer++) {
					f.attention.run(f.batch, 0);
				}
				least = Math.min(least, threads.getTotalThreadAllocatedBytes() - before);
				f.batch.clear();
			}
			assertThat(least).as("bytes of 100 layers").isLessThan(1600);
		}
	}

	/** An attention, its buffers, and what the sequences should hold. */
	private static final class Fixture implements AutoCloseable {

		private final LlamaConfig config;

		private final RotaryEmbedding rotary;

		private final WorkerPool pool;

		final Workspace s;

		final Attention attention;

		final Batch batch = new Batch();

		private final CacheBudget budget = new CacheBudget(1L << 30);

		private final Random random = new Random(4);

		/** By position, [key, value] of all heads, as they should be stored. */
		private final Map<KvCache, List<double[][]>> expected = new HashMap<>();

		float queryScale = 1;

		Fixture(Kernels kernels, int threads, int heads, int kvHeads, int headDim, int rotated) {
			this.config = new LlamaConfig(2, heads * headDim, 1, heads, kvHeads, headDim, 1, 4096, 1e-5f,
					new RopeConfig(rotated, (float) THETA, RopeConfig.Scaling.NONE, 1, 4096, 1));
			this.rotary = new RotaryEmbedding(this.config.rope(), null);
			this.pool = new WorkerPool(threads);
			this.s = new Workspace(this.config, Batch.CAPACITY, this.rotary.tableSize());
			int queryDim = this.config.queryDim();
			int keyDim = this.config.keyDim();
			this.attention = new Attention(this.config, kernels.attention(), this.pool,
					new AttentionBuffers(new Rows(this.s.query, 0, queryDim), new Rows(this.s.key, 0, keyDim),
							new Rows(this.s.value, 0, keyDim), new Rows(this.s.attended, 0, queryDim), this.s.ropeTable,
							this.rotary.tableSize()));
		}

		KvCache sequence() {
			KvCache cache = new KvCache(this.config, this.budget);
			this.expected.put(cache, new ArrayList<>());
			return cache;
		}

		KvCache cache(KvCache sequence) {
			return sequence;
		}

		/** Random entries of a sequence. */
		Fixture add(KvCache sequence, int position, int count) {
			for (int i = 0; i < count; i++) {
				int entry = this.batch.size();
				this.batch.add(sequence, position + i, 0, null);
				fill(this.s.query, entry * this.config.queryDim(), this.config.queryDim(), this.queryScale);
				fill(this.s.key, entry * this.config.keyDim(), this.config.keyDim(), 1);
				fill(this.s.value, entry * this.config.keyDim(), this.config.keyDim(), 1);
				this.rotary.fillTable(position + i, this.s.ropeTable, entry * this.rotary.tableSize());
				remember(sequence, position + i, entry);
			}
			return this;
		}

		private void fill(float[] x, int offset, int n, float scale) {
			for (int i = offset; i < offset + n; i++) {
				x[i] = scale * (float) this.random.nextGaussian();
			}
		}

		private void remember(KvCache sequence, int position, int entry) {
			double[] key = new double[this.config.keyDim()];
			double[] value = new double[this.config.keyDim()];
			int at = entry * this.config.keyDim();
			for (int i = 0; i < key.length; i++) {
				value[i] = half(this.s.value[at + i]);
			}
			for (int head = 0; head < this.config.kvHeads(); head++) {
				double[] rotated = rotated(this.s.key, at + head * this.config.headDim(), position);
				for (int i = 0; i < rotated.length; i++) {
					key[head * this.config.headDim() + i] = half(rotated[i]);
				}
			}
			List<double[][]> all = this.expected.get(sequence);
			while (all.size() <= position) {
				all.add(new double[][] {});
			}
			all.set(position, new double[][] { key, value });
		}

		private static double half(double x) {
			return (Math.abs(x) < 0x1p-14) ? 0 : Float.float16ToFloat(Float.floatToFloat16((float) x));
		}

		private double[] rotated(float[] x, int offset, int position) {
			double[] out = new double[this.config.headDim()];
			for (int i = 0; i < out.length; i++) {
				out[i] = x[offset + i];
			}
			int dimensions = this.config.rope().dimensions();
			for (int i = 0; i < dimensions; i += 2) {
				double angle = position * Math.pow(THETA, -(double) i / dimensions);
				double even = out[i];
				out[i] = even * Math.cos(angle) - out[i + 1] * Math.sin(angle);
				out[i + 1] = even * Math.sin(angle) + out[i + 1] * Math.cos(angle);
			}
			return out;
		}

		/** Computes the batch and compares each entry and head. */
		Fixture run() {
			for (int i = 0; i < this.batch.size(); i++) {
				this.batch.sequence(i).reserve(this.batch.position(i) + 1);
			}
			this.attention.begin(this.batch);
			// Layer 0 holds something else.
			this.attention.run(this.batch, 1);
			for (int entry = 0; entry < this.batch.size(); entry++) {
				for (int head = 0; head < this.config.heads(); head++) {
					compare(entry, head);
				}
			}
			this.batch.clear();
			return this;
		}

		void compute() {
			for (int i = 0; i < this.batch.size(); i++) {
				this.batch.sequence(i).reserve(this.batch.position(i) + 1);
			}
			this.attention.begin(this.batch);
			this.attention.run(this.batch, 1);
			this.batch.clear();
		}

		float attended(int entry, int head) {
			return this.s.attended[(entry * this.config.heads() + head) * this.config.headDim()];
		}

		private void compare(int entry, int head) {
			int headDim = this.config.headDim();
			int position = this.batch.position(entry);
			List<double[][]> seen = this.expected.get(this.batch.sequence(entry));
			int kv = head / (this.config.heads() / this.config.kvHeads()) * headDim;
			int at = (entry * this.config.heads() + head) * headDim;
			double[] query = rotated(this.s.query, at, position);
			double[] scores = new double[position + 1];
			double max = Double.NEGATIVE_INFINITY;
			for (int p = 0; p <= position; p++) {
				for (int i = 0; i < headDim; i++) {
					scores[p] += query[i] * seen.get(p)[0][kv + i] / Math.sqrt(headDim);
				}
				max = Math.max(max, scores[p]);
			}
			double sum = 0;
			double[] out = new double[headDim];
			for (int p = 0; p <= position; p++) {
				double weight = Math.exp(scores[p] - max);
				sum += weight;
				for (int i = 0; i < headDim; i++) {
					out[i] += weight * seen.get(p)[1][kv + i];
				}
			}
			// Rounding of a score is felt as the score itself grows.
			double tolerance = 3e-4 * Math.max(1, this.queryScale / 10);
			for (int i = 0; i < headDim; i++) {
				assertThat((double) this.s.attended[at + i]).as("position %d, head %d, element %d", position, head, i)
					.isCloseTo(out[i] / sum, within(tolerance));
			}
		}

		@Override
		public void close() {
			this.expected.keySet().forEach(KvCache::close);
			this.pool.close();
			assertThat(this.budget.used()).isZero();
		}

	}

}
