package io.github.llamaspring.core.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.RowProjection;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;

/**
 * A projection whose quantised matrices are packed. One token's activations are prepared
 * by each thread for itself, which takes less time than waiting for another; those of
 * several are shared out.
 */
final class VectorProjection extends RowProjection {

	private final List<Operand> operands = new ArrayList<>();

	private final KernelChoice choice;

	private final Panel.Need need;

	private final Workbench workbench;

	private boolean tiles;

	VectorProjection(Plan plan, Kernels kernels, WorkerPool pool, Workbench workbench, KernelChoice choice,
			PackedWeights weights, LongConsumer loaded) {
		super(plan, kernels, pool, workbench.rows, 2 * PackedMatrix.GROUP);
		this.choice = choice;
		Panel.Need needs = Panel.Need.NONE;
		try {
			for (WeightMatrix w : plan.matrices()) {
				PackedFormat format = VectorKernels.packedFormat(w.type());
				if (format == null) {
					this.operands.add(new PlainOperand(w));
					loaded.accept(w.data().byteSize());
				}
				else {
					needs = needs.and(format);
					this.operands.add(new PackedOperand(weights.next(w, format, loaded), choice, plan.capacity()));
				}
			}
		}
		catch (RuntimeException | Error ex) {
			close();
			throw ex;
		}
		this.need = needs;
		this.workbench = workbench;
		workbench.reserve(plan.cols(), plan.capacity(), needs);
	}

	@Override
	protected void begin() {
		this.tiles = this.choice.tiles(count());
		if (count() > 1) {
			this.workbench.shared.columns(plan().cols());
		}
	}

	@Override
	protected int preparations() {
		return (count() == 1) ? 0 : count();
	}

	@Override
	protected void prepare(int entry, int worker) {
		prepare(entry, input(), this.workbench.shared, this.workbench.scratch[worker]);
	}

	@Override
	protected void prepareOwn(int worker) {
		if (count() == 1) {
			this.workbench.panels[worker].columns(plan().cols());
			prepare(0, this.workbench.values[worker], this.workbench.panels[worker], this.workbench.scratch[worker]);
		}
	}

	private void prepare(int entry, float[] values, Panel panel, Panel.Scratch scratch) {
		normalise(entry, values, entry * plan().cols());
		if (this.tiles) {
			if (this.need.isSome()) {
				set(this.choice.tileSplit(), entry, panel, values);
			}
			return;
		}
		if (this.need.integers()) {
			Split split = this.choice.integerSplit();
			int token = split.start(entry, count());
			panel.setIntegers(values, token, split.size(entry, count()), entry - token, this.need, scratch);
		}
		if (this.need.floats()) {
			set(this.choice.floatSplit(), entry, panel, values);
		}
	}

	private void set(Split split, int entry, Panel panel, float[] values) {
		int token = split.start(entry, count());
		panel.setFloats(values, token, split.size(entry, count()), entry - token, !this.tiles);
	}

	@Override
	protected void multiply(int matrix, int from, int to, float[] y, int worker) {
		boolean one = count() == 1;
		this.operands.get(matrix)
			.multiply(one ? this.workbench.values[worker] : input(),
					one ? this.workbench.panels[worker] : this.workbench.shared, count(), this.tiles, from, to, y);
	}

	@Override
	public long memoryBytes() {
		return this.operands.stream().mapToLong(Operand::memoryBytes).sum();
	}

	@Override
	public void close() {
		this.operands.forEach(Operand::close);
	}

}
