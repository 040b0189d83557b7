package io.github.llamaspring.core.vector;

import java.util.Objects;

import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.BlockDecoder;
import io.github.llamaspring.core.kernel.WeightMatrix;
import jdk.incubator.vector.FloatVector;

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

	private static final ThreadLocal<Tile> TILES = ThreadLocal.withInitial(Tile::new);

	private static final float[] NOTHING = {};

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
		float[] scratch = Objects.requireNonNull(TILES.get()).weights;
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
		Tile tile = Objects.requireNonNull(TILES.get());
		tile.x = x;
		tile.y = y;
		tile.cols = w.cols();
		tile.stride = w.rows();
		for (int col = 0; col < tile.cols; col += TILE) {
			tile.col = col;
			tile.n = Math.min(TILE, tile.cols - col);
			for (int row = from; row < to; row += ROWS) {
				tile.row = row;
				tile.rows = Math.min(ROWS, to - row);
				for (int r = 0; r < tile.rows; r++) {
					decoder.decode(w.data(), offset(w, row + r, col), tile.weights, r * TILE, tile.n);
				}
				tile.multiply(tokens);
			}
		}
		tile.x = NOTHING;
		tile.y = NOTHING;
	}

	/**
	 * Some rows by some columns of decoded weights, and where their inputs and outputs
	 * lie. A thread's scratch memory.
	 */
	private static final class Tile {

		private final float[] weights = new float[ROWS * TILE];

		/** Vectors of sums, [row][token]. */
		private final float[] sums = new float[4 * 4 * L];

		private float[] x = NOTHING;

		private float[] y = NOTHING;

		private int cols;

		private int stride;

		private int col;

		private int n;

		private int row;

		private int rows;

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
			this.y[at] = (this.col > 0) ? this.y[at] + value : value;
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
				FloatVector x0 = FloatVector.fromArray(Lanes.FLOATS, b, b0 + i);
				FloatVector x1 = FloatVector.fromArray(Lanes.FLOATS, b, b1 + i);
				FloatVector x2 = FloatVector.fromArray(Lanes.FLOATS, b, b2 + i);
				FloatVector x3 = FloatVector.fromArray(Lanes.FLOATS, b, b3 + i);
				FloatVector w = FloatVector.fromArray(Lanes.FLOATS, a, a0 + i);
				s00 = w.fma(x0, s00);
				s01 = w.fma(x1, s01);
				s02 = w.fma(x2, s02);
				s03 = w.fma(x3, s03);
				w = FloatVector.fromArray(Lanes.FLOATS, a, a0 + TILE + i);
				s10 = w.fma(x0, s10);
				s11 = w.fma(x1, s11);
				s12 = w.fma(x2, s12);
				s13 = w.fma(x3, s13);
				w = FloatVector.fromArray(Lanes.FLOATS, a, a0 + 2 * TILE + i);
				s20 = w.fma(x0, s20);
				s21 = w.fma(x1, s21);
				s22 = w.fma(x2, s22);
				s23 = w.fma(x3, s23);
				w = FloatVector.fromArray(Lanes.FLOATS, a, a0 + 3 * TILE + i);
				s30 = w.fma(x0, s30);
				s31 = w.fma(x1, s31);
				s32 = w.fma(x2, s32);
				s33 = w.fma(x3, s33);
			}
			s00.intoArray(this.sums, 0);
			s01.intoArray(this.sums, L);
			s02.intoArray(this.sums, 2 * L);
			s03.intoArray(this.sums, 3 * L);
			s10.intoArray(this.sums, 4 * L);
			s11.intoArray(this.sums, 5 * L);
			s12.intoArray(this.sums, 6 * L);
			s13.intoArray(this.sums, 7 * L);
			s20.intoArray(this.sums, 8 * L);
			s21.intoArray(this.sums, 9 * L);
			s22.intoArray(this.sums, 10 * L);
			s23.intoArray(this.sums, 11 * L);
			s30.intoArray(this.sums, 12 * L);
			s31.intoArray(this.sums, 13 * L);
			s32.intoArray(this.sums, 14 * L);
			s33.intoArray(this.sums, 15 * L);
			for (int k = 0; k < 16; k++) {
				put(r + k / 4, t + k % 4, sum(k * L) + rest(r + k / 4, t + k % 4, i));
			}
		}

		private float sum(int at) {
			FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, this.sums, at);
			sum = sum.add(sum.rearrange(Lanes.BY_8));
			sum = sum.add(sum.rearrange(Lanes.BY_4));
			sum = sum.add(sum.rearrange(Lanes.BY_2));
			sum = sum.add(sum.rearrange(Lanes.BY_1));
			return sum.lane(0) / Lanes.TURNS;
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
