package io.github.llamaspring.core.transformer;

import java.util.HashSet;
import java.util.Set;

import io.github.llamaspring.core.error.CacheMemoryException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KvCacheTests {

	private static final int TILE = KvCache.TILE;

	/** A tile takes 64 KiB. */
	private final LlamaConfig small = config(2, 2, 64);

	/** A tile takes 20 MiB. */
	private final LlamaConfig large = config(10, 64, 128);

	private static LlamaConfig config(int layers, int kvHeads, int headDim) {
		return new LlamaConfig(layers, kvHeads * headDim, 1, kvHeads, kvHeads, headDim, 1, 4096, 1e-5f,
				new RopeConfig(headDim, 10_000, RopeConfig.Scaling.NONE, 1, 4096, 1));
	}

	@Test
	void pagesGrowWithTheSequence() {
		CacheBudget budget = new CacheBudget(1L << 30);
		long tile = KvCache.tileBytes(this.small);
		try (KvCache cache = new KvCache(this.small, budget)) {
			int[] tiles = { 1, 2, 4, 4, 8, 8, 8, 8, 16 };
			for (int i = 0; i < tiles.length; i++) {
				cache.reserve(i * TILE + 1);
				assertThat(budget.used()).as("after %d tiles", i + 1).isEqualTo(tiles[i] * tile);
			}
		}
		assertThat(budget.used()).isZero();
	}

	@Test
	void aLargeTileIsAPageOfItsOwn() {
		CacheBudget budget = new CacheBudget(1L << 30);
		long tile = KvCache.tileBytes(this.large);
		try (KvCache cache = new KvCache(this.large, budget)) {
			for (int i = 1; i <= 3; i++) {
				cache.reserve(i * TILE);
				assertThat(budget.used()).isEqualTo(i * tile);
			}
		}
	}

	@Test
	void takesWhatThereIsLeftBeforeItFails() {
		long tile = KvCache.tileBytes(this.small);
		CacheBudget budget = new CacheBudget(7 * tile + 100);
		try (KvCache cache = new KvCache(this.small, budget)) {
			cache.reserve(7 * TILE);
			assertThat(budget.used()).isEqualTo(7 * tile);
			assertThatExceptionOfType(CacheMemoryException.class).isThrownBy(() -> cache.reserve(7 * TILE + 1));
			assertThat(budget.used()).isEqualTo(7 * tile);
			cache.memory(7 * TILE - 1);
		}
		assertThat(budget.used()).isZero();
	}

	@Test
	void eachHeadOfEachPositionHasItsPlace() {
		try (KvCache cache = new KvCache(this.small, new CacheBudget(1L << 30))) {
			cache.reserve(9 * TILE);
			Set<Long> places = new HashSet<>();
			for (int tile = 0; tile < 9; tile++) {
				for (int layer = 0; layer < 2; layer++) {
					for (int head = 0; head < 2; head++) {
						int position = tile * TILE;
						long start = cache.memory(position).address();
						long keys = cache.keysOffset(layer, head, position);
						long values = cache.valuesOffset(layer, head, position);
						assertThat(values + KvCache.headBytes(this.small) / 2)
							.isLessThanOrEqualTo(cache.memory(position).byteSize());
						assertThat(places.add(start + keys)).isTrue();
						assertThat(places.add(start + values)).isTrue();
					}
				}
			}
		}
	}

}
