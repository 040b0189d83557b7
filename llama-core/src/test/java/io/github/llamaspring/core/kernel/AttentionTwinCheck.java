package io.github.llamaspring.core.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/**
 * Compares what attention computes with: vectors with the scalar reference, and both with
 * plain formulas.
 */
final class AttentionTwinCheck {

	private static final int LANES = AttentionKernels.LANES;

	private static final int LINE = AttentionKernels.LINE_BYTES;

	private final AttentionKernels[] twins = { Kernels.scalar().attention(), Kernels.vector().attention() };

	private final Random random = new Random(20261122);

	void all() {
		rotations();
		products();
		storedHalfs();
		powers();
		maxima();
	}

	void rotations() {
		for (int[] size : new int[][] { { 0, 5 }, { 2, 2 }, { 6, 7 }, { 16, 20 }, { 64, 64 }, { 50, 80 } }) {
			int dimensions = size[0];
			int n = size[1];
			float[] x = RandomWeights.floats(n + 3, this.random);
			float[] table = RandomWeights.floats(2 * dimensions + 4, this.random);
			for (AttentionKernels kernels : this.twins) {
				float[] out = new float[n + 2];
				kernels.rotate(x, 3, table, 4, dimensions, n, 0.5f, out, 1);
				for (int i = 0; i < n; i++) {
					double expected = x[3 + i];
					if (i < dimensions) {
						expected = expected * table[4 + i] + (double) x[3 + (i ^ 1)] * table[4 + dimensions + i];
					}
					close(0.5 * expected, out[1 + i], 1e-6, "rotation of " + dimensions + ", element " + i);
				}
				close(0, Math.abs(out[0]) + Math.abs(out[n + 1]), 0, "outside the rotation");
			}
		}
	}

	void products() {
		MemorySegment page = Arena.ofAuto().allocate(64 + 129L * LINE, 64);
		float[][] lines = new float[129][];
		for (int i = 0; i < lines.length; i++) {
			lines[i] = RandomWeights.floats(LANES, this.random);
			lines[i][i % LANES] = 0;
			this.twins[i % 2].storeAlong(lines[i], 0, LANES, page, 64 + (long) LINE * i, 0);
		}
		for (int count : new int[] { 0, 1, 2, 3, 7, 64, 80, 129 }) {
			for (int rows = 1; rows <= AttentionKernels.MOST_ROWS; rows++) {
				for (boolean add : new boolean[] { false, true }) {
					product(page, lines, count, rows, add);
				}
			}
		}
	}

	private void product(MemorySegment page, float[][] lines, int count, int rows, boolean add) {
		int cStride = count + 3;
		float[] c = RandomWeights.floats(rows * cStride + 1, this.random);
		for (int i = 0; i < c.length; i++) {
			c[i] *= AttentionKernels.COEFFICIENT_SCALE;
		}
		double unit = (double) AttentionKernels.COEFFICIENT_SCALE / AttentionKernels.LINE_SCALE;
		for (AttentionKernels kernels : this.twins) {
			float[] out = new float[4 * 40 + 2];
			Arrays.fill(out, (float) unit);
			kernels.multiply(page, 64, count, c, 1, cStride, rows, out, 2, 40, add);
			for (int at = 0; at < out.length; at++) {
				int row = Math.floorDiv(at - 2, 40);
				int lane = at - 2 - 40 * row;
				double expected = 1;
				if (row >= 0 && row < rows && lane < LANES) {
					expected = add ? 1 : 0;
					for (int i = 0; i < count; i++) {
						float half = Float.float16ToFloat(Float.floatToFloat16(lines[i][lane]));
						expected += c[1 + row * cStride + i] / AttentionKernels.COEFFICIENT_SCALE * half;
					}
				}
				close(expected, out[at] / unit, 2e-5,
						count + " lines, " + rows + " rows, row " + row + " lane " + lane);
			}
		}
	}

	void storedHalfs() {
		float[] special = { 0x1p-14f, -0x1p-14f, 0x1.fp-15f, -1e-7f, 0, 1e9f, -1e9f, 65519, 65504, Float.NaN,
				Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY };
		float[] stored = { 0x1p-14f, -0x1p-14f, 0, 0, 0, 65504, -65504, 65504, 65504, 0, 0, 0 };
		for (AttentionKernels kernels : this.twins) {
			for (int n : new int[] { 1, 7, 32, 33, 80 }) {
				float[] x = RandomWeights.floats(n + 2, this.random);
				for (int lane = 0; lane < LANES; lane += 5) {
					MemorySegment lines = Arena.ofAuto().allocate(128L * LINE, 64);
					isTrue(kernels.storeAcross(x, 2, n, lines, LINE, lane), "finite");
					for (int i = 0; i < n; i++) {
						same(x[2 + i], read(lines, LINE * (1L + i), lane));
					}
					isTrue(kernels.storeAlong(x, 2, n, lines, LINE, 3L * LINE), "finite");
					for (int i = 0; i < n; i++) {
						same(x[2 + i], read(lines, LINE * (1L + 3 * (i / LANES)), i % LANES));
					}
				}
			}
			MemorySegment line = Arena.ofAuto().allocate(LINE * 12L, 64);
			for (int i = 0; i < special.length; i++) {
				boolean across = kernels.storeAcross(special, i, 1, line, 0, i);
				isTrue(across == Float.isFinite(special[i]), "across tells that " + special[i] + " is finite or not");
				same(stored[i], read(line, 0, i));
				boolean along = kernels.storeAlong(special, i, 1, line, LINE, 0);
				isTrue(along == Float.isFinite(special[i]), "along tells that " + special[i] + " is finite or not");
				same(stored[i], read(line, LINE, 0));
			}
		}
	}

	private static float read(MemorySegment lines, long line, int lane) {
		return Bits.f16(lines, line + ((lane < 16) ? 4 * lane : 4 * (lane - 16) + 2));
	}

	private static void same(float value, float actual) {
		close(Float.float16ToFloat(Float.floatToFloat16(value)), actual, (Math.abs(value) < 0x1p-14f) ? 0x1p-14 : 0,
				"half of " + value);
	}

	void powers() {
		double scale = AttentionKernels.COEFFICIENT_SCALE;
		for (AttentionKernels kernels : this.twins) {
			float[] x = new float[64 * LANES];
			for (int i = 0; i < x.length; i++) {
				x[i] = 3 - i * 0.0254f;
			}
			float[] powers = x.clone();
			double sum = 0;
			float got = kernels.powerSum(powers, 32, x.length - 64, x[32], 2.5f);
			for (int i = 32; i < x.length - 32; i++) {
				double power = 2.5 * ((double) x[i] - x[32]);
				double expected = (power < AttentionKernels.LEAST_POWER) ? 0 : Math.pow(2, power);
				sum += expected;
				close(expected, powers[i] / scale, expected * (1e-6 - 1e-7 * power) + 1e-15, "2^" + power);
			}
			close(sum, got / scale, 1e-6 * sum, "sum of powers");
			close(x[31], powers[31], 0, "element before");
			float[] edges = new float[LANES];
			Arrays.fill(edges, Float.NEGATIVE_INFINITY);
			edges[3] = 5;
			edges[4] = -1e30f;
			close(1, kernels.powerSum(edges, 0, LANES, 5, 1) / scale, 0, "one alone");
			close(0, edges[0] + edges[4], 0, "powers of very little");
			edges[7] = Float.NaN;
			isTrue(Float.isNaN(kernels.powerSum(edges, 0, LANES, 5, 1)), "NaN stays");
			isTrue(Float.isNaN(kernels.powerSum(new float[LANES], 0, LANES, Float.NaN, 1)), "NaN as maximum stays");
		}
	}

	void maxima() {
		for (AttentionKernels kernels : this.twins) {
			for (int n : new int[] { LANES, 2 * LANES, 5 * LANES }) {
				float[] x = RandomWeights.floats(n + 2, this.random);
				for (int i = 0; i < n; i++) {
					x[1 + i] = -Math.abs(x[1 + i]) - 1;
				}
				x[0] = 9;
				x[n + 1] = 9;
				for (float largest : new float[] { -0.5f, 0, 1e-30f, 7, Float.POSITIVE_INFINITY }) {
					x[1 + this.random.nextInt(n)] = largest;
					close(largest, kernels.max(x, 1, n), 0, "maximum");
				}
			}
			float[] nothing = new float[LANES];
			Arrays.fill(nothing, Float.NEGATIVE_INFINITY);
			close(Float.NEGATIVE_INFINITY, kernels.max(nothing, 0, LANES), 0, "maximum of nothing");
		}
	}

	private static void isTrue(boolean condition, String what) {
		if (!condition) {
			throw new AssertionError(what);
		}
	}

	private static void close(double expected, double actual, double tolerance, String what) {
		if (expected != actual && !(Math.abs(expected - actual) <= tolerance)) {
			throw new AssertionError(what + ": expected " + expected + ", got " + actual);
		}
	}

}
