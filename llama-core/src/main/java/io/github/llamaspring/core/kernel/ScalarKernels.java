package io.github.llamaspring.core.kernel;

import java.util.List;
import java.util.function.LongConsumer;

import io.github.llamaspring.core.gguf.GgmlType;
import org.jspecify.annotations.Nullable;

/**
 * The reference: plain Java, sums in double.
 */
final class ScalarKernels implements Kernels {

	static BlockDecoder decoder(GgmlType type) {
		return switch (type) {
			case F32 -> ScalarBlocks::f32;
			case F16 -> ScalarBlocks::f16;
			case BF16 -> ScalarBlocks::bf16;
			case Q8_0 -> ScalarBlocks::q8x0;
			case Q4_0 -> ScalarBlocks::q4x0;
			case Q4_1 -> ScalarBlocks::q4x1;
			case Q5_0 -> ScalarBlocks::q5x0;
			case Q5_1 -> ScalarBlocks::q5x1;
			case Q2_K -> ScalarSuperBlocks::q2k;
			case Q3_K -> ScalarSuperBlocks::q3k;
			case Q4_K -> ScalarSuperBlocks::q4k;
			case Q5_K -> ScalarSuperBlocks::q5k;
			case Q6_K -> ScalarSuperBlocks::q6k;
			case IQ4_NL -> ScalarBlocks::iq4nl;
			case IQ4_XS -> ScalarSuperBlocks::iq4xs;
		};
	}

	@Override
	public String name() {
		return "scalar";
	}

	@Override
	public Projections projections(List<GgmlType> many, List<GgmlType> one, WorkerPool pool,
			@Nullable PackCache cache) {
		RowProjection.Scratch scratch = new RowProjection.Scratch();
		return new Projections() {

			@Override
			public Projection projection(Projection.Plan plan, LongConsumer loaded) {
				plan.matrices().forEach((w) -> loaded.accept(w.data().byteSize()));
				return new ScalarProjection(plan, ScalarKernels.this, pool, scratch);
			}

			@Override
			public boolean warmUp() {
				// Plain loops are compiled soon enough.
				return false;
			}

		};
	}

	@Override
	public long memoryBytes(WeightMatrix w) {
		return 0;
	}

	@Override
	public AttentionKernels attention() {
		return new ScalarAttention();
	}

	@Override
	public void row(WeightMatrix w, int row, float[] out, int outOffset) {
		decoder(w.type()).decode(w.data(), row * w.rowBytes(), out, outOffset, w.cols());
	}

	@Override
	public void rmsNorm(float[] x, int xOffset, float[] weight, float epsilon, float[] out, int outOffset, int n) {
		double squares = sumOfProducts(x, xOffset, x, xOffset, n);
		float factor = (float) (1 / Math.sqrt(squares / n + epsilon));
		for (int i = 0; i < n; i++) {
			out[outOffset + i] = x[xOffset + i] * factor * weight[i];
		}
	}

	@Override
	public void siluMultiply(float[] gate, float[] up, int offset, int n) {
		for (int i = offset; i < offset + n; i++) {
			gate[i] = (float) (gate[i] / (1 + Math.exp(-gate[i]))) * up[i];
		}
	}

	@Override
	public void layerNorm(float[] x, int xOffset, float[] summand, float[] weight, float[] bias, float epsilon, int n) {
		double sum = 0;
		for (int i = 0; i < n; i++) {
			x[xOffset + i] += summand[i];
			sum += x[xOffset + i];
		}
		double mean = sum / n;
		double squares = 0;
		for (int i = 0; i < n; i++) {
			squares += (x[xOffset + i] - mean) * (x[xOffset + i] - mean);
		}
		double factor = 1 / Math.sqrt(squares / n + epsilon);
		for (int i = 0; i < n; i++) {
			x[xOffset + i] = (float) ((x[xOffset + i] - mean) * factor * weight[i] + bias[i]);
		}
	}

	@Override
	public void gelu(float[] x, int offset, float[] bias, int n) {
		for (int i = 0; i < n; i++) {
			x[offset + i] = Gelu.of(x[offset + i] + bias[i]);
		}
	}

	static double sumOfProducts(float[] a, int aOffset, float[] b, int bOffset, int n) {
		double even = 0;
		double odd = 0;
		int i = 0;
		for (; i < n - 1; i += 2) {
			even += (double) a[aOffset + i] * b[bOffset + i];
			odd += (double) a[aOffset + i + 1] * b[bOffset + i + 1];
		}
		return (i < n) ? even + odd + (double) a[aOffset + i] * b[bOffset + i] : even + odd;
	}

	@Override
	public void addScaled(float[] y, int yOffset, float a, float[] x, int xOffset, int n) {
		for (int i = 0; i < n; i++) {
			y[yOffset + i] += a * x[xOffset + i];
		}
	}

}
