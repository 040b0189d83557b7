package io.github.llamaspring.core.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Synthetic runs of all kernels.
 */
final class KernelRuns {

	static final int COLUMNS = 2048;

	private static final int MOST_TOKENS = 12;

	/** Columns of a tile of floats. */
	private static final int TILE = 256;

	private final PackedKernels kernels;

	private final Panel panel = new Panel();

	private final float[] values = new float[MOST_TOKENS * COLUMNS];

	KernelRuns(PackedKernels kernels) {
		this.kernels = kernels;
		this.panel.reserve(COLUMNS, MOST_TOKENS, Panel.Need.ALL);
		this.panel.columns(COLUMNS);
		Random random = new Random(1);
		for (int i = 0; i < this.values.length; i++) {
			this.values[i] = (float) random.nextGaussian();
		}
	}

	PackedKernels kernels() {
		return this.kernels;
	}

	Panel panel() {
		return this.panel;
	}

	/** A block is 32 columns of {@code 32 * groups} rows times {@code tokens}. */
	KernelRun product(PackedFormat format, PackedKernels.Product product, int tokens, int groups) {
		float[] y = new float[tokens * 32 * groups];
		NativeMemory.Region memory = NativeMemory.scratch(groups * PackedMatrix.groupBytes(format, COLUMNS));
		int lanes = this.kernels.lanes();
		return run(format, (blocks) -> {
			for (int row = 0; row < 16; row += lanes) {
				product.run(memory.segment(), memory.start() + 4L * row, (long) PackedMatrix.LINE * groups,
						PackedMatrix.LINE, blocks, this.panel, 0, 1, y, row, 32 * groups);
			}
		});
	}

	KernelRun unpack(PackedFormat format) {
		return unpack(format, this.kernels.unpacker(format));
	}

	/** To floats, or to pairs of bfloat16, which take as much room. */
	KernelRun unpack(PackedFormat format, PackedKernels.Unpacker unpacker) {
		NativeMemory.Region tile = NativeMemory.scratch((long) COLUMNS * PackedMatrix.GROUP * Float.BYTES);
		NativeMemory.Region memory = NativeMemory.scratch(PackedMatrix.groupBytes(format, COLUMNS));
		int lanes = this.kernels.lanes();
		return run(format, (blocks) -> {
			for (int row = 0; row < 16; row += lanes) {
				unpacker.run(memory.segment(), memory.start() + 4L * row, PackedMatrix.LINE, blocks, 1, tile.segment(),
						tile.start() + 4L * row);
			}
		});
	}

	/** Blocks of 256 columns cannot be cut. */
	private static KernelRun run(PackedFormat format, KernelRun.Sized work) {
		return new KernelRun(format.blockElements() / 32, COLUMNS / 32, work);
	}

	KernelRun tile(int tokens) {
		PackedKernels.TileProduct product = this.kernels.tileProduct(tokens);
		NativeMemory.Region tile = NativeMemory.scratch((long) TILE * PackedMatrix.GROUP * Float.BYTES);
		float[] y = new float[tokens * PackedMatrix.GROUP];
		int lanes = this.kernels.lanes();
		return new KernelRun(1, TILE / 32, (blocks) -> {
			for (int row = 0; row < 16; row += lanes) {
				product.run(tile.segment(), tile.start() + 4L * row, 32 * blocks, this.values, 0, y, row,
						PackedMatrix.GROUP);
			}
		});
	}

	/** Activations made ready: alone, or together with others. */
	List<KernelRun> panels(Panel.Need need) {
		List<KernelRun> runs = new ArrayList<>();
		Panel.Scratch scratch = new Panel.Scratch();
		if (need.integers()) {
			Panel own = panel(need);
			runs.add(new KernelRun(1, COLUMNS / 32, (blocks) -> {
				own.columns(32 * blocks);
				own.setIntegers(this.values, 0, 1, 0, need, scratch);
				own.setIntegers(this.values, 0, 2, 1, need, scratch);
			}));
		}
		if (need.floats()) {
			Panel own = panel(need);
			runs.add(new KernelRun(1, COLUMNS / 32, (blocks) -> {
				own.columns(32 * blocks);
				own.setFloats(this.values, 0, 1, 0, need);
				own.setFloats(this.values, 0, 2, 1, need);
			}));
		}
		return runs;
	}

	private static Panel panel(Panel.Need need) {
		Panel own = new Panel();
		own.reserve(COLUMNS, 2, need);
		return own;
	}

}
