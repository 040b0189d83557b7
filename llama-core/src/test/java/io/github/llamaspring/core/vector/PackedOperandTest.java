package io.github.llamaspring.core.vector;

import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.RandomWeights;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Packed weights, read back as floats through each kernel by multiplying with unit
 * vectors: exact up to the rounding of floats, whatever the layout.
 */
class PackedOperandTest {

	private static final int COLS = 512;

	private static final int ROWS = 85;

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "F32", "F16", "BF16" })
	void everyPathSeesTheWeightsOfTheFile(GgmlType type) {
		PackedFormat format = PackedFormat.valueOf(type.name());
		WeightMatrix source = RandomWeights.matrix(type, ROWS, COLS, new Random(type.id()));
		PackedKernels kernels = PackedKernels.get();
		try (WorkerPool pool = new WorkerPool(2)) {
			for (int interleave = 1; interleave <= 2; interleave++) {
				for (int groups = 1; groups <= 2; groups++) {
					boolean pairs = groups == 1;
					KernelChoice choice = new KernelChoice(kernels,
							new Layout(interleave, groups, groups == interleave),
							Map.of(format, new FormatCosts(1, pairs ? 1 : 3, 1, 1)), 1, 1);
					if (choice.isPrefetched()) {
						choice.prefetch(format);
					}
					try (PackedWeights weights = new PackedWeights(pool, interleave, null)) {
						PackedOperand operand = new PackedOperand(weights.next(source, format, (bytes) -> {
						}), choice, 16);
						for (int count : new int[] { 1, 2, 5, 15 }) {
							check(source, operand, choice, count, false);
							check(source, operand, choice, count, true);
						}
					}
				}
			}
		}
	}

	/** Else each group would be read alone from memory that two of them share. */
	@ParameterizedTest
	@EnumSource(PackedFormat.class)
	void groupsShareAStreamOnlyIfAKernelTakesThemTogether(PackedFormat format) {
		boolean together = PackedKernels.get().product(format, 1, 2) != null;
		assertThat(format.interleave(2)).isEqualTo(together ? 2 : 1);
		assertThat(format.interleave(1)).isEqualTo(1);
	}

	private static void check(WeightMatrix source, PackedOperand operand, KernelChoice choice, int count,
			boolean tiles) {
		PackedFormat format = PackedFormat.valueOf(source.type().name());
		Panel.Need need = Panel.Need.NONE.and(format).withTiles();
		Panel panel = new Panel();
		panel.reserve(COLS, count, need);
		panel.columns(COLS);
		float[] x = new float[count * COLS];
		Random random = new Random(count);
		int[] ones = new int[count];
		for (int t = 0; t < count; t++) {
			ones[t] = random.nextInt(COLS);
			x[t * COLS + ones[t]] = 1;
		}
		Split packed = format.integer() ? choice.integerSplit(List.of(format)) : choice.floatSplit();
		Split split = tiles ? choice.tileSplit() : packed;
		for (int t = 0; t < count; t++) {
			int token = split.start(t, count);
			if (tiles || !format.integer()) {
				panel.setFloats(x, token, split.size(t, count), t - token, tiles ? Panel.Need.VALUES : need);
			}
			else {
				panel.setIntegers(x, token, split.size(t, count), t - token, need, new Panel.Scratch());
			}
		}
		float[] y = new float[count * ROWS];
		operand.multiply(x, panel, count, packed, tiles, 0, 64, y);
		operand.multiply(x, panel, count, packed, tiles, 64, ROWS, y);
		float[] row = new float[COLS];
		for (int r = 0; r < ROWS; r++) {
			Kernels.scalar().row(source, r, row, 0);
			double largest = 0;
			for (float w : row) {
				largest = Math.max(largest, Math.abs(w));
			}
			for (int t = 0; t < count; t++) {
				assertThat((double) y[t * ROWS + r])
					.as("%s, row %d, column %d, token %d of %d, %s", source.type(), r, ones[t], t, count,
							tiles ? "tiles" : "packed")
					.isCloseTo(row[ones[t]], within(2e-6 * largest));
			}
		}
	}

}
