package io.github.llamaspring.core.vector;

import java.util.function.LongConsumer;

import io.github.llamaspring.core.kernel.PackCache;
import io.github.llamaspring.core.kernel.Projection;
import io.github.llamaspring.core.kernel.Projections;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * Projections with packed weights, and what they share.
 */
final class VectorProjections implements Projections {

	private final VectorKernels kernels;

	private final WorkerPool pool;

	private final KernelChoice choice;

	private final Workbench workbench;

	private final PackedWeights weights;

	VectorProjections(VectorKernels kernels, WorkerPool pool, KernelChoice choice, @Nullable PackCache cache) {
		this.kernels = kernels;
		this.pool = pool;
		this.choice = choice;
		this.workbench = new Workbench(pool.threads());
		this.weights = new PackedWeights(pool, choice.interleave(), cache);
	}

	@Override
	public Projection projection(Projection.Plan plan, LongConsumer loaded) {
		return new VectorProjection(plan, this.kernels, this.pool, this.workbench, this.choice, this.weights, loaded);
	}

	@Override
	public long memoryBytes(WeightMatrix w) {
		return this.weights.isFromFile() ? 0 : this.kernels.memoryBytes(w);
	}

	@Override
	public void complete(LongConsumer loaded) {
		this.weights.complete(loaded);
	}

	@Override
	public void close() {
		this.weights.close();
	}

}
