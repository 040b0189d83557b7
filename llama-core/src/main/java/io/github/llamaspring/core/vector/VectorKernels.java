package io.github.llamaspring.core.vector;

import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.AttentionKernels;
import io.github.llamaspring.core.kernel.BlockDecoder;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.PackCache;
import io.github.llamaspring.core.kernel.Projections;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * Kernels on the Vector API.
 */
public final class VectorKernels implements Kernels {

	/**
	 * Whether kernels are measured, and compiled before they are needed: not if the
	 * system property {@code llama.kernels.tune} is false, for processes that end soon.
	 */
	static final boolean TUNED = !"false".equals(System.getProperty("llama.kernels.tune"));

	private final Kernels scalar = Kernels.scalar();

	/** Whether there may be an accelerator. */
	private final boolean accelerated;

	/** Called by name. */
	public VectorKernels() {
		this(true);
	}

	private VectorKernels(boolean accelerated) {
		this.accelerated = accelerated;
	}

	@Override
	public Kernels withoutAccelerator() {
		return new VectorKernels(false);
	}

	/** Whether there may be an accelerator, beside these kernels and for this user. */
	boolean mayAccelerate() {
		return this.accelerated && Accelerator.isWanted();
	}

	/** How weights of a type are packed, or null if they stay where they are. */
	static @Nullable PackedFormat packedFormat(GgmlType type) {
		return switch (type) {
			case F32, F16, BF16 -> null;
			default -> PackedFormat.valueOf(type.name());
		};
	}

	/** Decoder of a type that is not packed. */
	static BlockDecoder decoder(GgmlType type) {
		return switch (type) {
			case F32 -> VectorPlain::f32;
			case F16 -> VectorPlain::f16;
			case BF16 -> VectorPlain::bf16;
			default -> throw new IllegalArgumentException(type + " is packed");
		};
	}

	@Override
	public String name() {
		return "vector-" + Lanes.BITS;
	}

	@Override
	public String accelerator() {
		return mayAccelerate() ? Accelerator.name() : Accelerator.NONE;
	}

	@Override
	public int promptBatch() {
		return accelerator().equals(Accelerator.NONE) ? 128 : 256;
	}

	@Override
	public Projections projections(List<GgmlType> many, List<GgmlType> one, WorkerPool pool,
			@Nullable PackCache cache) {
		return new VectorProjections(this, formats(many.stream()), formats(Stream.concat(many.stream(), one.stream())),
				pool, cache);
	}

	private static List<PackedFormat> formats(Stream<GgmlType> types) {
		return types.map(VectorKernels::packedFormat).filter(Objects::nonNull).distinct().toList();
	}

	@Override
	public long memoryBytes(WeightMatrix w) {
		PackedFormat format = packedFormat(w.type());
		// Of the layout that may have to fill up most; finding the best takes measuring.
		return (format != null) ? PackedMatrix.bytes(format, w.rows(), w.cols(), 2) : 0;
	}

	@Override
	public long memoryLimit() {
		return NativeMemory.limit();
	}

	@Override
	public AttentionKernels attention() {
		return new VectorAttention();
	}

	@Override
	public void row(WeightMatrix w, int row, float[] out, int outOffset) {
		this.scalar.row(w, row, out, outOffset);
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
	public void layerNorm(float[] x, int xOffset, float[] summand, float[] weight, float[] bias, float epsilon, int n) {
		float mean = VectorMath.addSum(x, xOffset, summand, n) / n;
		float squares = VectorMath.squaredDeviations(x, xOffset, mean, n);
		float factor = (float) (1 / Math.sqrt((double) squares / n + epsilon));
		VectorMath.scaledDeviations(x, xOffset, mean, factor, weight, bias, n);
	}

	@Override
	public void gelu(float[] x, int offset, float[] bias, int n) {
		VectorMath.gelu(x, offset, bias, n);
	}

	@Override
	public void addScaled(float[] y, int yOffset, float a, float[] x, int xOffset, int n) {
		VectorMath.addScaled(y, yOffset, a, x, xOffset, n);
	}

}
