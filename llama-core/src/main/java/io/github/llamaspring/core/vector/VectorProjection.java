package io.github.llamaspring.core.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.RowProjection;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * A projection whose quantised matrices are packed. One token's activations are prepared
 * by each thread for itself, which takes less time than waiting for another; those of
 * several are shared out.
 */
final class VectorProjection extends RowProjection {

	private final List<Operand> operands = new ArrayList<>();

	private final KernelChoice choice;

	private final Panel.Need need;

	/** What those matrices need that no accelerator takes. */
	private final Panel.Need restNeed;

	private final @Nullable Accelerator accelerator;

	private final Workbench workbench;

	private final Split integerSplit;

	private final int tilesFrom;

	private final int acceleratedFrom;

	private boolean tiles;

	private boolean accelerated;

	VectorProjection(Plan plan, Kernels kernels, WorkerPool pool, Workbench workbench, KernelChoice choice,
			PackedWeights weights, LongConsumer loaded) {
		super(plan, kernels, pool, workbench.rows, 2 * PackedMatrix.GROUP);
		this.choice = choice;
		this.workbench = workbench;
		workbench.join();
		Panel.Need needs = Panel.Need.NONE;
		Panel.Need rest = Panel.Need.NONE;
		boolean accelerable = false;
		List<PackedFormat> formats = new ArrayList<>();
		try {
			for (WeightMatrix w : plan.matrices()) {
				PackedFormat format = VectorKernels.packedFormat(w.type());
				if (format == null) {
					this.operands.add(new PlainOperand(w));
					loaded.accept(w.data().byteSize());
				}
				else {
					needs = needs.and(format);
					formats.add(format);
					PackedOperand operand = new PackedOperand(weights.next(w, format, loaded), choice, plan.capacity());
					this.operands.add(operand);
					accelerable |= operand.accelerable();
					rest = operand.accelerable() ? rest : rest.and(format);
				}
			}
		}
		catch (RuntimeException | Error ex) {
			close();
			throw ex;
		}
		this.need = needs;
		this.restNeed = rest;
		this.accelerator = accelerable ? workbench.accelerator : null;
		this.integerSplit = choice.integerSplit(formats);
		this.tilesFrom = choice.tilesFrom(formats);
		this.acceleratedFrom = choice.acceleratedFrom(formats);
		workbench.reserve(plan.cols(), plan.capacity(), needs);
	}

	@Override
	protected void begin() {
		this.tiles = count() >= this.tilesFrom;
		this.accelerated = this.accelerator != null && count() >= this.acceleratedFrom
				&& this.accelerator.begin(count(), plan().cols());
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
		Panel.Need need = this.need;
		if (this.accelerated && this.accelerator != null) {
			this.accelerator.set(values, entry);
			need = this.restNeed;
		}
		if (this.tiles) {
			if (need.isSome()) {
				set(this.choice.tileSplit(), entry, panel, values, Panel.Need.VALUES);
			}
			return;
		}
		if (need.integers()) {
			int token = this.integerSplit.start(entry, count());
			panel.setIntegers(values, token, this.integerSplit.size(entry, count()), entry - token, need, scratch);
		}
		if (need.floats()) {
			set(this.choice.floatSplit(), entry, panel, values, need);
		}
	}

	private void set(Split split, int entry, Panel panel, float[] values, Panel.Need need) {
		int token = split.start(entry, count());
		panel.setFloats(values, token, split.size(entry, count()), entry - token, need);
	}

	@Override
	protected void multiply(int matrix, int from, int to, float[] y, int worker) {
		if (this.accelerated && this.accelerator != null && this.operands.get(matrix) instanceof PackedOperand packed
				&& packed.accelerable()) {
			packed.multiply(this.accelerator, worker, input(), count(), from, to, y);
			return;
		}
		boolean one = count() == 1;
		Operand operand = this.operands.get(matrix);
		Split split = operand.integer() ? this.integerSplit : this.choice.floatSplit();
		operand.multiply(one ? this.workbench.values[worker] : input(),
				one ? this.workbench.panels[worker] : this.workbench.shared, count(), split, this.tiles, from, to, y);
	}

	@Override
	public long memoryBytes() {
		return this.operands.stream().mapToLong(Operand::memoryBytes).sum();
	}

	@Override
	public void close() {
		this.operands.forEach(Operand::close);
		this.workbench.leave();
	}

}
