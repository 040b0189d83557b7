package io.github.llamaspring.core.kernel;

import java.util.List;

import io.github.llamaspring.core.gguf.GgmlType;
import org.jspecify.annotations.Nullable;

/**
 * What the transformer computes with. Activations are 32-bit floats in heap arrays,
 * weights are a file's until a {@link Projection} takes them over. Implementations are
 * stateless and thread-safe.
 */
public interface Kernels {

	/**
	 * The reference, in plain Java: right, and slow.
	 */
	static Kernels scalar() {
		return new ScalarKernels();
	}

	/**
	 * Kernels on the Vector API. The vector width is the machine's, or the system
	 * property {@code llama.vector.bits} (512, 256 or 128), read once.
	 * @throws io.github.llamaspring.core.error.VectorModuleMissingException if the JVM
	 * runs without {@code --add-modules=jdk.incubator.vector}
	 * @throws IllegalArgumentException if {@code llama.vector.bits} is none of these
	 */
	static Kernels vector() {
		return KernelProvider.vector();
	}

	/**
	 * {@link #vector()} if the JVM has the module, else {@link #scalar()} and one warning
	 * per JVM that names the flag.
	 */
	static Kernels auto() {
		return KernelProvider.auto();
	}

	/**
	 * The vector width that the system property {@code llama.vector.bits} asks for, or 0.
	 * @throws IllegalArgumentException if it asks for what there is not
	 */
	static int requestedBits() {
		return KernelProvider.requestedBits();
	}

	/**
	 * Such as {@code scalar} or {@code vector-512}.
	 */
	String name();

	/**
	 * The same without an accelerator, which takes a second to start and much memory.
	 */
	default Kernels withoutAccelerator() {
		return this;
	}

	/**
	 * What long prompts are computed with, such as {@code oneDNN 3.13.0 bf16}, or
	 * {@code none}.
	 */
	default String accelerator() {
		return "none";
	}

	/**
	 * Entries that a batch of a long prompt has at best: more of them share the reading
	 * of weights, but have more activations to read.
	 */
	default int promptBatch() {
		return 64;
	}

	/**
	 * What makes the projections of one network that these threads compute; chooses how
	 * by measuring.
	 * @param many types of matrices that several entries are multiplied with, that of
	 * most weights first
	 * @param one types of matrices that one entry at a time is multiplied with
	 * @param cache where packed weights are kept for the next start, or null
	 */
	Projections projections(List<GgmlType> many, List<GgmlType> one, WorkerPool pool, @Nullable PackCache cache);

	/**
	 * As {@link #projections(List, List, WorkerPool, PackCache)}, nothing being kept.
	 */
	default Projections projections(List<GgmlType> many, List<GgmlType> one, WorkerPool pool) {
		return projections(many, one, pool, null);
	}

	/**
	 * Bytes that a matrix takes beside the file's mapping.
	 */
	long memoryBytes(WeightMatrix w);

	/**
	 * Bytes that this JVM may take for matrices at most, whatever the machine has.
	 */
	default long memoryLimit() {
		return Long.MAX_VALUE;
	}

	/**
	 * What attention computes with.
	 */
	AttentionKernels attention();

	/**
	 * One row of a matrix as floats: {@code out[outOffset + c] = w[row, c]}.
	 */
	void row(WeightMatrix w, int row, float[] out, int outOffset);

	/**
	 * {@code out[i] = x[i] * weight[i] / sqrt(mean(x^2) + epsilon)} over {@code n}
	 * elements; {@code x} and {@code out} may be the same place.
	 */
	void rmsNorm(float[] x, int xOffset, float[] weight, float epsilon, float[] out, int outOffset, int n);

	/**
	 * {@code gate[i] = silu(gate[i]) * up[i]}, silu(x) = x / (1 + exp(-x)).
	 */
	void siluMultiply(float[] gate, float[] up, int offset, int n);

	/**
	 * Layer norm behind a summand: {@code x[i] = (v[i] - mean(v)) / sqrt(variance(v) +
	 * epsilon) * weight[i] + bias[i]} with {@code v[i] = x[i] + summand[i]} over
	 * {@code n} elements.
	 */
	void layerNorm(float[] x, int xOffset, float[] summand, float[] weight, float[] bias, float epsilon, int n);

	/**
	 * {@code x[i] = gelu(x[i] + bias[i])}, the exact one: gelu(v) = v / 2 * (1 + erf(v /
	 * sqrt(2))).
	 */
	void gelu(float[] x, int offset, float[] bias, int n);

	/**
	 * {@code y[i] += a * x[i]}.
	 */
	void addScaled(float[] y, int yOffset, float a, float[] x, int xOffset, int n);

}
