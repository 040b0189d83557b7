package io.github.llamaspring.core.kernel;

/**
 * Decodes a row tile by tile and sums in double.
 */
final class ScalarProjection extends RowProjection {

	/** Columns decoded at a time; a multiple of every block length. */
	private static final int TILE = 2048;

	private final float[][] tiles;

	ScalarProjection(Plan plan, Kernels kernels, WorkerPool pool, Scratch scratch) {
		super(plan, kernels, pool, scratch, 1);
		this.tiles = new float[pool.threads()][TILE];
	}

	@Override
	protected void begin() {
	}

	@Override
	protected int preparations() {
		return count();
	}

	@Override
	protected void prepare(int piece, int worker) {
		normalise(piece, input(), piece * plan().cols());
	}

	@Override
	protected void prepareOwn(int worker) {
	}

	@Override
	protected void multiply(int matrix, int from, int to, float[] y, int worker) {
		WeightMatrix w = plan().matrices().get(matrix);
		BlockDecoder decoder = ScalarKernels.decoder(w.type());
		float[] tile = this.tiles[worker];
		clear(y, w.rows(), from, to);
		for (int row = from; row < to; row++) {
			for (int col = 0; col < w.cols(); col += TILE) {
				int n = Math.min(TILE, w.cols() - col);
				decoder.decode(w.data(), row * w.rowBytes() + w.type().bytes(col), tile, 0, n);
				for (int t = 0; t < count(); t++) {
					y[t * w.rows() + row] += (float) ScalarKernels.sumOfProducts(tile, 0, input(), t * w.cols() + col,
							n);
				}
			}
		}
	}

	@Override
	public long memoryBytes() {
		return 0;
	}

	@Override
	public void close() {
	}

}
