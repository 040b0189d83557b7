package io.github.llamaspring.core.vector;

import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.BlockDecoder;
import io.github.llamaspring.core.kernel.WeightMatrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of a weight matrix times the activations of one or many tokens. A tile of weights
 * is decoded once into a scratch that stays in the cache, then multiplied with every
 * token, four rows by four tokens at a time.
 */
final class VectorMatmul {

	private static final int L = Lanes.L;

	/** Columns of a tile; a multiple of every block length. */
	private static final int TILE = 1024;

	/** Rows of a tile. */
	private static final int ROWS = 8;

	private static final ThreadLocal<float[]> SCRATCH = ThreadLocal.withInitial(() -> new float[ROWS * TILE]);

	private VectorMatmul() {
	}

	/** Computes {@code y} for the rows from {@code from} to before {@code to}. */
	static void rows(WeightMatrix w, int from, int to, float[] x, int tokens, float[] y) {
		if (tokens == 1) {
			oneToken(w, from, to, x, y);
		}
		else {
			manyTokens(w, from, to, x, tokens, y);
		}
	}

	private static void oneToken(WeightMatrix w, int from, int to, float[] x, float[] y) {
		BlockDecoder decoder = VectorKernels.decoder(w.type());
		float[] scratch = SCRATCH.get();
		int cols = w.cols();
		for (int row = from; row < to; row++) {
			float sum = 0;
			for (int col = 0; col < cols; col += ROWS * TILE) {
				int n = Math.min(ROWS * TILE, cols - col);
				decoder.decode(w.data(), offset(w, row, col), scratch, 0, n);
				sum += VectorMath.dot(scratch, 0, x, col, n);
			}
			y[row] = sum;
		}
	}

	private static long offset(WeightMatrix w, int row, int col) {
		GgmlType type = w.type();
		return row * w.rowBytes() + type.bytes(col);
	}

	private static void manyTokens(WeightMatrix w, int from, int to, float[] x, int tokens, float[] y) {
		BlockDecoder decoder = VectorKernels.decoder(w.type());
		float[] scratch = SCRATCH.get();
		int cols = w.cols();
		for (int col = 0; col < cols; col += TILE) {
			int n = Math.min(TILE, cols - col);
			for (int row = from; row < to; row += ROWS) {
				int rows = Math.min(ROWS, to - row);
				for (int r = 0; r < rows; r++) {
					decoder.decode(w.data(), offset(w, row + r, col), scratch, r * TILE, n);
				}
				new Tile(scratch, n, rows, x, col, cols, y, row, w.rows(), col > 0).multiply(tokens);
			}
		}
	}

	/**
	 * Some rows by some columns of decoded weights, and where their inputs and outputs
	 * lie.
	 *
	 * @param add whether outputs are added to (or set)
	 */
	private record Tile(float[] weights, int n, int rows, float[] x, int col, int cols, float[] y, int row, int stride,
			boolean add) {

		void multiply(int tokens) {
			int t = 0;
			for (; t + 4 <= tokens; t += 4) {
				int r = 0;
				for (; r + 4 <= this.rows; r += 4) {
					fourByFour(r, t);
				}
				for (; r < this.rows; r++) {
					for (int i = 0; i < 4; i++) {
						single(r, t + i);
					}
				}
			}
			for (; t < tokens; t++) {
				for (int r = 0; r < this.rows; r++) {
					single(r, t);
				}
			}
		}

		private void single(int r, int t) {
			put(r, t, VectorMath.dot(this.weights, r * TILE, this.x, t * this.cols + this.col, this.n));
		}

		private void put(int r, int t, float value) {
			int at = t * this.stride + this.row + r;
			this.y[at] = this.add ? this.y[at] + value : value;
		}

		private void put(int r, int t, FloatVector sums, float rest) {
			put(r, t, sums.reduceLanes(VectorOperators.ADD) + rest);
		}

		private void fourByFour(int r, int t) {
			float[] a = this.weights;
			float[] b = this.x;
			int a0 = r * TILE;
			int b0 = t * this.cols + this.col;
			int b1 = b0 + this.cols;
			int b2 = b1 + this.cols;
			int b3 = b2 + this.cols;
			FloatVector s00 = FloatVector.zero(Lanes.FLOATS);
			FloatVector s01 = s00;
			FloatVector s02 = s00;
			FloatVector s03 = s00;
			FloatVector s10 = s00;
			FloatVector s11 = s00;
			FloatVector s12 = s00;
			FloatVector s13 = s00;
			FloatVector s20 = s00;
			FloatVector s21 = s00;
			FloatVector s22 = s00;
			FloatVector s23 = s00;
			FloatVector s30 = s00;
			FloatVector s31 = s00;
			FloatVector s32 = s00;
			FloatVector s33 = s00;
			int i = 0;
			for (int end = this.n - L; i <= end; i += L) {
				FloatVector x0 = Lanes.load(b, b0 + i);
				FloatVector x1 = Lanes.load(b, b1 + i);
				FloatVector x2 = Lanes.load(b, b2 + i);
				FloatVector x3 = Lanes.load(b, b3 + i);
				FloatVector w = Lanes.load(a, a0 + i);
				s00 = w.fma(x0, s00);
				s01 = w.fma(x1, s01);
				s02 = w.fma(x2, s02);
				s03 = w.fma(x3, s03);
				w = Lanes.load(a, a0 + TILE + i);
				s10 = w.fma(x0, s10);
				s11 = w.fma(x1, s11);
				s12 = w.fma(x2, s12);
				s13 = w.fma(x3, s13);
				w = Lanes.load(a, a0 + 2 * TILE + i);
				s20 = w.fma(x0, s20);
				s21 = w.fma(x1, s21);
				s22 = w.fma(x2, s22);
				s23 = w.fma(x3, s23);
				w = Lanes.load(a, a0 + 3 * TILE + i);
				s30 = w.fma(x0, s30);
				s31 = w.fma(x1, s31);
				s32 = w.fma(x2, s32);
				s33 = w.fma(x3, s33);
			}
			put(r, t, s00, rest(r, t, i));
			put(r, t + 1, s01, rest(r, t + 1, i));
			put(r, t + 2, s02, rest(r, t + 2, i));
			put(r, t + 3, s03, rest(r, t + 3, i));
			put(r + 1, t, s10, rest(r + 1, t, i));
			put(r + 1, t + 1, s11, rest(r + 1, t + 1, i));
			put(r + 1, t + 2, s12, rest(r + 1, t + 2, i));
			put(r + 1, t + 3, s13, rest(r + 1, t + 3, i));
			put(r + 2, t, s20, rest(r + 2, t, i));
			put(r + 2, t + 1, s21, rest(r + 2, t + 1, i));
			put(r + 2, t + 2, s22, rest(r + 2, t + 2, i));
			put(r + 2, t + 3, s23, rest(r + 2, t + 3, i));
			put(r + 3, t, s30, rest(r + 3, t, i));
			put(r + 3, t + 1, s31, rest(r + 3, t + 1, i));
			put(r + 3, t + 2, s32, rest(r + 3, t + 2, i));
			put(r + 3, t + 3, s33, rest(r + 3, t + 3, i));
		}

		/** Columns after the last whole vector. */
		private float rest(int r, int t, int from) {
			float sum = 0;
			for (int i = from; i < this.n; i++) {
				sum += this.weights[r * TILE + i] * this.x[t * this.cols + this.col + i];
			}
			return sum;
		}

	}

}
