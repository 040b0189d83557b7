package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

import io.github.llamaspring.core.onednn.WeightTile;
import org.jspecify.annotations.Nullable;

/**
 * A packed matrix and the kernels for it.
 */
final class PackedOperand implements Operand {

	private static final int GROUP = PackedMatrix.GROUP;

	/** Columns of a tile of floats; a multiple of every block length. */
	private static final int TILE = 256;

	/** What scales lack beside what {@link Panel} gives. */
	private static final float INTEGER_UNIT = 0x1p12f;

	/** Tokens one by one: their activations are as the projection has them. */
	private static final Split SINGLE = new Split(1);

	private static final ThreadLocal<NativeMemory.Region> TILES = ThreadLocal
		.withInitial(() -> NativeMemory.scratch((long) TILE * GROUP * Float.BYTES));

	private final PackedMatrix matrix;

	private final NativeMemory.Region memory;

	private final KernelChoice choice;

	private final PackedKernels.Unpacker unpacker;

	private final PackedKernels.@Nullable Unpacker pairs;

	/** Results of the last rows, where they are no whole group. */
	private final float[] edge;

	PackedOperand(Packed packed, KernelChoice choice, int capacity) {
		this.matrix = packed.matrix();
		this.memory = packed.memory();
		this.choice = choice;
		this.unpacker = choice.kernels().unpacker(this.matrix.format());
		this.pairs = (this.matrix.rows() % WeightTile.ROW_BLOCK == 0)
				? choice.kernels().pairUnpacker(this.matrix.format()) : null;
		this.edge = new float[(this.matrix.rows() % GROUP == 0) ? 0 : capacity * GROUP];
	}

	@Override
	public void multiply(float[] values, Panel panel, int count, Split split, boolean tiles, int from, int to,
			float[] y) {
		int group = from / GROUP;
		int whole = to / GROUP;
		if (tiles) {
			clear(y, this.matrix.rows(), from, whole * GROUP, count);
			for (; group < whole; group++) {
				tiles(panel.values(), this.choice.tileSplit(), count, group, y, group * GROUP, this.matrix.rows());
			}
		}
		else if (count == 1) {
			int step = this.choice.groups(this.matrix.format());
			for (; group + step <= whole; group += step) {
				product(this.choice.single(this.matrix.format(), step), panel, 0, group, y, group * GROUP, 0);
			}
			for (; group < whole; group++) {
				product(this.choice.single(this.matrix.format(), 1), panel, 0, group, y, group * GROUP, 0);
			}
		}
		else {
			if (this.matrix.format().integer()) {
				clear(y, this.matrix.rows(), from, whole * GROUP, count);
			}
			several(panel, count, split, group, whole, y);
		}
		if (whole * GROUP < to) {
			edge(panel, count, split, tiles, whole, y);
		}
	}

	/** Whether an accelerator can compute it. */
	boolean accelerable() {
		return this.pairs != null;
	}

	/**
	 * Computes rows by an accelerator that was told the activations, or by the slowest of
	 * our own ways if it fails.
	 * @param values the activations: {@code [token][column]}
	 */
	void multiply(Accelerator accelerator, int worker, float[] values, int count, int from, int to, float[] y) {
		PackedMatrix m = this.matrix;
		PackedKernels.Unpacker unpack = Objects.requireNonNull(this.pairs);
		for (int row = from; row < to; row += WeightTile.ROW_BLOCK) {
			if (!accelerator.multiply(m, unpack, this.choice.kernels().lanes(), row, count, y, worker)) {
				clear(y, m.rows(), row, to, count);
				for (int group = row / GROUP; group < to / GROUP; group++) {
					tiles(values, SINGLE, count, group, y, group * GROUP, m.rows());
				}
				return;
			}
		}
	}

	private static void clear(float[] y, int stride, int from, int to, int count) {
		for (int t = 0; t < count; t++) {
			Arrays.fill(y, t * stride + from, t * stride + to, 0);
		}
	}

	/** Groups stay in the cache while all tokens pass. */
	private void several(Panel in, int count, Split split, int from, int to, float[] y) {
		int stride = this.matrix.rows();
		for (int group = from; group < to; group += 2) {
			int pair = Math.min(2, to - group);
			for (int token = 0; token < count;) {
				int size = split.size(token, count);
				int together = this.choice.groups(this.matrix.format(), size);
				for (int g = group; g < group + pair;) {
					int step = Math.min(together, group + pair - g);
					product(several(size, step), in, token, g, y, token * stride + g * GROUP, stride);
					g += step;
				}
				token += size;
			}
		}
	}

	/** The last rows go through an array that has room for all 32 of their group. */
	private void edge(Panel in, int count, Split split, boolean tiles, int group, float[] y) {
		Arrays.fill(this.edge, 0, count * GROUP, 0);
		if (tiles) {
			tiles(in.values(), this.choice.tileSplit(), count, group, this.edge, 0, GROUP);
		}
		else {
			for (int token = 0; token < count;) {
				int size = split.size(token, count);
				product(several(size, 1), in, token, group, this.edge, token * GROUP, GROUP);
				token += size;
			}
		}
		int first = group * GROUP;
		int rows = this.matrix.rows();
		for (int t = 0; t < count; t++) {
			System.arraycopy(this.edge, t * GROUP, y, t * rows + first, rows - first);
		}
	}

	private PackedKernels.Product several(int tokens, int groups) {
		return Objects.requireNonNull(this.choice.product(this.matrix.format(), tokens, groups));
	}

	private void product(PackedKernels.Product product, Panel in, int token, int group, float[] y, int at, int stride) {
		PackedMatrix m = this.matrix;
		float factor = m.format().integer() ? m.factor() * INTEGER_UNIT : m.factor();
		int lanes = this.choice.kernels().lanes();
		for (int row = 0; row < 16; row += lanes) {
			product.run(m.data(), m.offset(group) + 4L * row, m.line(), m.groupStep(), m.blocks(), in, token, factor, y,
					at + row, stride);
		}
	}

	/** One group of rows times all tokens, tile by tile. */
	private void tiles(float[] x, Split split, int count, int group, float[] y, int at, int stride) {
		PackedMatrix m = this.matrix;
		PackedKernels kernels = this.choice.kernels();
		NativeMemory.Region tile = Objects.requireNonNull(TILES.get());
		MemorySegment memory = tile.segment();
		int lanes = kernels.lanes();
		for (int col = 0; col < m.cols(); col += TILE) {
			int columns = Math.min(TILE, m.cols() - col);
			long offset = m.offset(group) + m.columnStep(col);
			for (int row = 0; row < 16; row += lanes) {
				this.unpacker.run(m.data(), offset + 4L * row, m.line(), columns / 32, m.factor(), memory,
						tile.start() + 4L * row);
			}
			for (int token = 0; token < count;) {
				int size = split.size(token, count);
				PackedKernels.TileProduct product = this.choice.tileProduct(size);
				int from = token * m.cols() + col * size;
				for (int row = 0; row < 16; row += lanes) {
					product.run(memory, tile.start() + 4L * row, columns, x, from, y, at + token * stride + row,
							stride);
				}
				token += size;
			}
		}
	}

	@Override
	public boolean integer() {
		return this.matrix.format().integer();
	}

	@Override
	public long memoryBytes() {
		return this.memory.segment().isMapped() ? 0 : this.memory.segment().byteSize();
	}

	@Override
	public void close() {
		this.memory.close();
	}

}
