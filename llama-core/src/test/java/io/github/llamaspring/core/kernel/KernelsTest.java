package io.github.llamaspring.core.kernel;

import java.util.List;
import java.util.Random;

import io.github.llamaspring.core.gguf.GgmlType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class KernelsTest {

	@ParameterizedTest
	@EnumSource
	void vectorMatmulEqualsScalar(GgmlType type) {
		new TwinCheck().matmul(type);
	}

	@Test
	void vectorElementwiseEqualsScalar() {
		new TwinCheck().elementwise();
	}

	@Test
	void geluIsTheExactOne() {
		new TwinCheck().gelu();
	}

	@Test
	void exponentialHoldsItsError() {
		new TwinCheck().exponential();
	}

	@Test
	void halfFloatsSurvive() {
		new TwinCheck().halfs();
	}

	@Test
	void attentionTurnsPairs() {
		new AttentionTwinCheck().rotations();
	}

	@Test
	void attentionMultipliesLines() {
		new AttentionTwinCheck().products();
	}

	@Test
	void attentionStoresNormalHalfsAndTellsWhatIsNotFinite() {
		new AttentionTwinCheck().storedHalfs();
	}

	@Test
	void attentionTakesPowersAndMaxima() {
		new AttentionTwinCheck().powers();
		new AttentionTwinCheck().maxima();
	}

	@Test
	void scalarMatmulIsTheSumOfProducts() {
		WeightMatrix w = RandomWeights.matrix(GgmlType.Q4_0, 3, 64, new Random(5));
		float[] x = RandomWeights.floats(2 * 64, new Random(6));
		float[] y = new float[6];
		try (WorkerPool pool = new WorkerPool(1)) {
			TwinCheck.multiply(Kernels.scalar(), w, x, 2, y, pool);
		}
		float[] row = new float[64];
		for (int r = 0; r < 3; r++) {
			Kernels.scalar().row(w, r, row, 0);
			for (int t = 0; t < 2; t++) {
				double sum = 0;
				for (int c = 0; c < 64; c++) {
					sum += (double) row[c] * x[t * 64 + c];
				}
				assertThat((double) y[t * 3 + r]).isCloseTo(sum, within(1e-5 * Math.abs(sum)));
			}
		}
	}

	@Test
	void oneThreadEqualsTwo() {
		WeightMatrix w = RandomWeights.matrix(GgmlType.Q4_1, 517, 576, new Random(7));
		float[] x = RandomWeights.floats(5 * 576, new Random(8));
		float[] alone = new float[5 * 517];
		float[] shared = new float[5 * 517];
		try (WorkerPool one = new WorkerPool(1); WorkerPool two = new WorkerPool(2)) {
			TwinCheck.multiply(Kernels.vector(), w, x, 5, alone, one);
			TwinCheck.multiply(Kernels.vector(), w, x, 5, shared, two);
		}
		assertThat(shared).containsExactly(alone);
	}

	@Test
	void projectionsNormaliseAddAndGate() {
		for (GgmlType type : new GgmlType[] { GgmlType.F16, GgmlType.Q8_0 }) {
			new TwinCheck().results(type);
		}
	}

	@Test
	void aCancelledProjectionStops() {
		WeightMatrix w = RandomWeights.matrix(GgmlType.Q4_0, 64, 64, new Random(10));
		float[] y = new float[64];
		try (WorkerPool pool = new WorkerPool(2)) {
			for (Kernels kernels : new Kernels[] { Kernels.scalar(), Kernels.vector() }) {
				Projection.Plan plan = new Projection.Plan(List.of(w), new float[64], null, 0, 1,
						Projection.Result.STORE, List.of(y));
				try (Projection projection = kernels.projections(List.of(w.type()), List.of(), pool)
					.projection(plan, (bytes) -> {
					})) {
					assertThat(projection.run(0, 1, () -> true)).isFalse();
					assertThat(projection.run(0, 1, () -> false)).isTrue();
				}
			}
		}
	}

	@Test
	void refusesArraysThatDoNotFit() {
		WeightMatrix w = RandomWeights.matrix(GgmlType.F32, 4, 8, new Random(9));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Projection.Plan(List.of(w), new float[15], null, 0, 2, Projection.Result.STORE,
					List.of(new float[8])))
			.withMessageContaining("4 x 8");
		assertThatIllegalArgumentException().isThrownBy(() -> new Projection.Plan(List.of(w), new float[16], null, 0, 2,
				Projection.Result.STORE, List.of(new float[7])));
	}

}
