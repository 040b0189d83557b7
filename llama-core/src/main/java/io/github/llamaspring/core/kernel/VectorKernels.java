package io.github.llamaspring.core.kernel;

import io.github.llamaspring.core.gguf.GgmlType;
import org.jspecify.annotations.Nullable;

/**
 * Kernels on the Vector API. Weights are decoded to floats tile by tile and multiplied
 * with the activations as they are, so nothing is rounded that the file has not rounded.
 */
final class VectorKernels implements Kernels {

	VectorKernels() {
	}

	static BlockDecoder decoder(GgmlType type) {
		return switch (type) {
			case F32 -> VectorPlain::f32;
			case F16 -> VectorPlain::f16;
			case BF16 -> VectorPlain::bf16;
			case Q8_0 -> VectorBlocks::q8x0;
			case Q4_0 -> VectorBlocks::q4x0;
			case Q4_1 -> VectorBlocks::q4x1;
			case Q5_0 -> VectorBlocks::q5x0;
			case Q5_1 -> VectorBlocks::q5x1;
			case Q2_K -> VectorSuperBlocks::q2k;
			case Q3_K -> VectorSuperBlocks::q3k;
			case Q4_K -> VectorSuperBlocks::q4k;
			case Q5_K -> VectorSuperBlocks::q5k;
			case Q6_K -> VectorSuperBlocks::q6k;
			case IQ4_NL -> VectorTables::iq4nl;
			case IQ4_XS -> VectorTables::iq4xs;
		};
	}

	/** A fused dot product where there is one worth its code. */
	static @Nullable RowDot rowDot(GgmlType type) {
		return switch (type) {
			case Q8_0 -> VectorBlockDots::q8x0;
			case Q4_0 -> VectorBlockDots::q4x0;
			case Q4_1 -> VectorBlockDots::q4x1;
			case Q4_K -> VectorSuperBlockDots::q4k;
			case Q6_K -> VectorSuperBlockDots::q6k;
			default -> null;
		};
	}

	@Override
	public String name() {
		return "vector-" + Lanes.BITS;
	}

	@Override
	public AttentionKernels attention() {
		return new VectorAttention();
	}

	@Override
	public void matmul(WeightMatrix w, float[] x, int tokens, float[] y, WorkerPool pool) {
		MatmulCheck.sizes(w, x, tokens, y);
		RowSplit split = RowSplit.of(w.rows(), w.cols(), tokens, pool.threads());
		pool.run(split.chunks(),
				(chunk, worker) -> VectorMatmul.rows(w, split.from(chunk), split.to(chunk), x, tokens, y));
	}

	@Override
	public void row(WeightMatrix w, int row, float[] out, int outOffset) {
		decoder(w.type()).decode(w.data(), row * w.rowBytes(), out, outOffset, w.cols());
	}

	@Override
	public void rmsNorm(float[] x, int xOffset, float[] weight, float epsilon, float[] out, int outOffset, int n) {
		float squares = VectorMath.dot(x, xOffset, x, xOffset, n);
		float factor = (float) (1 / Math.sqrt((double) squares / n + epsilon));
		VectorMath.scaledProduct(x, xOffset, weight, factor, out, outOffset, n);
	}

	@Override
	public void siluMultiply(float[] gate, float[] up, int offset, int n) {
		VectorMath.siluMultiply(gate, up, offset, n);
	}

	@Override
	public void addScaled(float[] y, int yOffset, float a, float[] x, int xOffset, int n) {
		VectorMath.addScaled(y, yOffset, a, x, xOffset, n);
	}

}
