package io.github.llamaspring.core.vector;

import java.util.List;
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

	private final Warmup warmup;

	private final Workbench workbench;

	private final PackedWeights weights;

	VectorProjections(VectorKernels kernels, List<PackedFormat> many, List<PackedFormat> one, WorkerPool pool,
			@Nullable PackCache cache) {
		this.kernels = kernels;
		this.pool = pool;
		KernelRuns runs = new KernelRuns(PackedKernels.get());
		this.choice = KernelProbe.choose(one, runs, pool, kernels.mayAccelerate());
		this.warmup = Warmup.start(many, one, this.choice, runs, kernels.mayAccelerate());
		// Not before: its loading would disturb the measurement.
		this.workbench = new Workbench(pool.threads(),
				kernels.mayAccelerate() ? Accelerator.create(pool.threads()) : null);
		this.weights = new PackedWeights(pool, this.choice.interleave(), cache);
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
	public boolean warmUp() {
		this.warmup.finish();
		return VectorKernels.TUNED;
	}

	@Override
	public void close() {
		this.weights.close();
	}

	/** What was chosen. */
	@Override
	public String toString() {
		return this.choice.toString();
	}

}
