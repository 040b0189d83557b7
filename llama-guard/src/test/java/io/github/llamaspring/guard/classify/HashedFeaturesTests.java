package io.github.llamaspring.guard.classify;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

import static org.assertj.core.api.Assertions.assertThat;

class HashedFeaturesTests {

	private static int[] of(String text, int token) {
		HashedFeatures features = new HashedFeatures();
		TokenView view = NormText.whole(text).words();
		for (int i = 0; i <= token; i++) {
			features.take(view, i);
		}
		return Arrays.copyOf(features.buckets(), features.size());
	}

	@Test
	void countsWordPairAndRunsOfThreeToFive() {
		// " bomb " has 4 runs of three, 3 of four and 2 of five characters.
		assertThat(of("bomb", 0)).hasSize(2 + 4 + 3 + 2);
		assertThat(of("a", 0)).hasSize(2 + 1);
		assertThat(of("x".repeat(500), 0)).hasSize(2 + 64 + 63 + 62);
	}

	@Test
	void ignoresCaseAccentsAndDisguise() {
		assertThat(of("B\u00d6MBE", 0)).isEqualTo(of("b\u00f6mbe", 0)).isEqualTo(of("bo\u0308mbe", 0));
		assertThat(of("b\u200bomb", 0)).isEqualTo(of("bomb", 0));
		assertThat(of("b\u043emb", 0)).isEqualTo(of("bomb", 0));
	}

	@Test
	void knowsTheWordBeforeAndTheStartOfASentence() {
		int[] after = of("make bomb", 1);
		int[] other = of("bath bomb", 1);
		assertThat(after[0]).isEqualTo(other[0]);
		assertThat(after[1]).isNotEqualTo(other[1]);
		assertThat(of("Look. Bomb", 1)[1]).isEqualTo(of("bomb", 0)[1]);
	}

	@Test
	void spreadsOverTheBuckets() {
		Set<Integer> seen = new HashSet<>();
		for (int i = 0; i < 20_000; i++) {
			int bucket = of("w" + i, 0)[0];
			assertThat(bucket).isBetween(0, HashedFeatures.BUCKETS - 1);
			seen.add(bucket);
		}
		// 20,000 balls in 2^18 urns: about 19,250 urns are hit.
		assertThat(seen).hasSizeGreaterThan(19_000);
	}

	@Test
	void agreesWithTheRowsOfTraining() {
		TokenView view = NormText.whole("to be or not to be").words();
		SparseRow row = SparseRow.of(view, 0, view.size());
		double sum = 0;
		for (float value : row.values()) {
			sum += value;
		}
		int features = 0;
		for (int i = 0; i < view.size(); i++) {
			features += of("to be or not to be", i).length;
		}
		assertThat(sum).isCloseTo(features * HashedFeatures.norm(features), org.assertj.core.data.Offset.offset(1e-3));
		assertThat(row.buckets()).isSorted().doesNotHaveDuplicates();
	}

}
