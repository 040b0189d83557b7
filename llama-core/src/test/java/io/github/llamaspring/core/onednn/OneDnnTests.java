package io.github.llamaspring.core.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Products against sums in double precision.
 */
class OneDnnTests {

	/** Rounding x and w to bfloat16 costs 0.0024. */
	private static final double MOST = 0.003;

	private OneDnn oneDnn;

	@BeforeEach
	void load() {
		assumeTrue(OneDnn.load().isPresent(), "oneDNN cannot be used on this machine; its log line says why");
		this.oneDnn = OneDnn.load().orElseThrow();
	}

	@Test
	void saysItsVersion() {
		assertThat(this.oneDnn.name()).startsWith("oneDNN 3.");
		assertThat(OneDnn.load()).containsSame(this.oneDnn);
	}

	/**
	 * With the library's own scratchpad this fails in one of the first repetitions; with
	 * 1024 columns it would not.
	 */
	@Test
	void twoThreadsWith512TokensAreRight() {
		try (TileProducts products = this.oneDnn.products(2); Matrices m = new Matrices(512, 1024, 5120)) {
			for (int repetition = 0; repetition < 8; repetition++) {
				m.multiply(products, 64, 2);
				assertThat(m.error()).as("repetition %d", repetition).isLessThan(MOST);
			}
		}
	}

	@Test
	void largerTilesAndOtherNumbersOfTokensAreRight() {
		try (TileProducts products = this.oneDnn.products(2)) {
			for (int tokens : new int[] { 1, 15, 16, 17, 100, 256 }) {
				for (int rows : new int[] { 64, 128, 192 }) {
					try (Matrices m = new Matrices(tokens, 384, 576)) {
						m.multiply(products, rows, 2);
						assertThat(m.error()).as("%d tokens, %d rows", tokens, rows).isLessThan(MOST);
					}
				}
			}
		}
	}

	@Test
	void formatsThatTilesAreNotWrittenInAreReordered() {
		for (String format : new String[] { "ab", "ba" }) {
			try (TileProducts products = this.oneDnn.products(2, format); Matrices m = new Matrices(32, 256, 320)) {
				assertThat(products.get(32, 128, 320, 256).reorders()).isTrue();
				m.multiply(products, 128, 2);
				assertThat(m.error()).as(format).isLessThan(MOST);
			}
		}
	}

	@Test
	void productsAreKeptAndTheEldestDropped() {
		try (TileProducts products = this.oneDnn.products(1)) {
			TileProduct first = products.get(16, 64, 32, 64);
			assertThat(products.get(3, 64, 32, 64)).isSameAs(first);
			assertThat(first.tokens()).isEqualTo(16);
			for (int i = 1; i <= 128; i++) {
				products.get(16, 64, 32, 64 + i);
			}
			assertThat(products.get(16, 64, 32, 64)).isNotSameAs(first);
			MemorySegment any = products.tile(0);
			assertThatIllegalStateException().isThrownBy(() -> products.multiply(first, 0, any, any));
		}
	}

	@Test
	void refusesWhatWouldReadOrWriteElsewhere() {
		try (TileProducts products = this.oneDnn.products(1); Arena arena = Arena.ofConfined()) {
			TileProduct product = products.get(16, 64, 64, 128);
			MemorySegment x = arena.allocate(16 * 64 * 2, 64);
			MemorySegment y = arena.allocate((15 * 128 + 64) * 4, 64);
			products.multiply(product, 0, x, y);
			assertThatIllegalArgumentException().isThrownBy(() -> products.multiply(product, 0, x.asSlice(2), y));
			assertThatIllegalArgumentException().isThrownBy(() -> products.multiply(product, 0, x, y.asSlice(4)));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> products.multiply(product, 0, MemorySegment.ofArray(new short[16 * 64]), y));
			assertThatIllegalArgumentException().isThrownBy(() -> products.get(16, 63, 64, 128));
			assertThatIllegalArgumentException().isThrownBy(() -> products.get(16, 64, 65, 128));
			assertThatIllegalArgumentException().isThrownBy(() -> products.get(16, 64, 64, 63));
			assertThatIllegalArgumentException().isThrownBy(() -> products.get(0, 64, 64, 64));
		}
	}

	@Test
	void useAfterCloseFails() {
		TileProducts products = this.oneDnn.products(1);
		TileProduct product = products.get(16, 64, 32, 64);
		products.close();
		products.close();
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment any = arena.allocate(16 * 64 * 4, 64);
			assertThatIllegalStateException().isThrownBy(() -> products.multiply(product, 0, any, any));
		}
		assertThatIllegalStateException().isThrownBy(() -> products.get(16, 64, 32, 64));
	}

	@Test
	void aClassPathWithoutTheNativesIsNoReasonToFail() {
		assertThatExceptionOfType(OneDnnException.class)
			.isThrownBy(() -> OneDnn.open(ClassLoader.getPlatformClassLoader()))
			.withMessageContaining("org.bytedeco:dnnl");
	}

	/** A product to compute in tiles, and its reference. */
	private static final class Matrices implements AutoCloseable {

		private final Arena arena = Arena.ofShared();

		/**
		 * Which sums are checked: all of a few, else every 31st, over all rows and
		 * tokens.
		 */
		private final int step;

		private final int tokens;

		private final int rows;

		private final int columns;

		private final float[] x;

		private final float[] w;

		private final short[] packed;

		private final double[] expected;

		private final MemorySegment source;

		private final MemorySegment y;

		Matrices(int tokens, int rows, int columns) {
			Random random = new Random(tokens);
			int room = (tokens + 15) / 16 * 16;
			this.step = (tokens < 64) ? 1 : 31;
			this.tokens = tokens;
			this.rows = rows;
			this.columns = columns;
			this.x = gaussian(random, tokens * columns);
			this.w = gaussian(random, rows * columns);
			this.packed = pack();
			this.expected = reference();
			this.source = this.arena.allocate(2L * room * columns, 64);
			Bf16.fromFloats(this.x, 0, this.source, 0, this.x.length);
			this.y = this.arena.allocate(4L * room * rows, 64);
		}

		private static float[] gaussian(Random random, int n) {
			float[] values = new float[n];
			for (int i = 0; i < n; i++) {
				values[i] = (float) random.nextGaussian();
			}
			return values;
		}

		void multiply(TileProducts products, int tileRows, int threads) {
			this.y.fill((byte) -1);
			TileProduct product = products.get(this.tokens, tileRows, this.columns, this.rows);
			CompletableFuture<?>[] all = IntStream.range(0, threads)
				.mapToObj((worker) -> CompletableFuture.runAsync(() -> {
					for (int row = worker * tileRows; row < this.rows; row += threads * tileRows) {
						writeTile(products.tile(worker), row, tileRows);
						products.multiply(product, worker, this.source, this.y.asSlice(4L * row));
					}
				}, (task) -> Thread.ofPlatform().start(task)))
				.toArray(CompletableFuture[]::new);
			CompletableFuture.allOf(all).join();
		}

		/** All rows as one tile, of which smaller ones are parts. */
		private short[] pack() {
			short[] tile = new short[this.w.length];
			for (int r = 0; r < this.rows; r++) {
				for (int k = 0; k < this.columns; k++) {
					tile[(int) WeightTile.offset(r, k, this.columns) / 2] = Bf16
						.fromFloat(this.w[r * this.columns + k]);
				}
			}
			return tile;
		}

		private void writeTile(MemorySegment tile, int row, int tileRows) {
			MemorySegment.copy(this.packed, (int) WeightTile.offset(row, 0, this.columns) / 2, tile,
					ValueLayout.JAVA_SHORT, 0, tileRows * this.columns);
		}

		/** Some of the sums, in double precision. */
		private double[] reference() {
			double[] sums = new double[this.tokens * this.rows / this.step];
			for (int i = 0; i < sums.length; i++) {
				int t = i * this.step / this.rows;
				int r = i * this.step % this.rows;
				for (int k = 0; k < this.columns; k++) {
					sums[i] += (double) this.x[t * this.columns + k] * this.w[r * this.columns + k];
				}
			}
			return sums;
		}

		/** Relative root mean square. */
		double error() {
			float[] actual = this.y.toArray(ValueLayout.JAVA_FLOAT);
			double difference = 0;
			double norm = 0;
			for (int i = 0; i < this.expected.length; i++) {
				double sum = this.expected[i];
				difference += (actual[i * this.step] - sum) * (actual[i * this.step] - sum);
				norm += sum * sum;
			}
			return Math.sqrt(difference / norm);
		}

		@Override
		public void close() {
			this.arena.close();
		}

	}

}
