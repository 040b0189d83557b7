package io.github.llamaspring.core.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.github.llamaspring.core.gguf.GgmlType;

/**
 * Compares vector kernels with the scalar reference on the same random input. A program
 * of its own too, so that a test can run it in a JVM with another vector width.
 */
final class TwinCheck {

	private final Kernels scalar = Kernels.scalar();

	private final Kernels vector = Kernels.vector();

	private final Random random = new Random(20261122);

	public static void main(String[] args) {
		TwinCheck check = new TwinCheck();
		if (!check.vector.name().equals(args[0])) {
			throw new AssertionError("expected " + args[0] + ", not " + check.vector.name());
		}
		check.all();
		System.out.println("checked " + check.vector.name());
	}

	void all() {
		for (GgmlType type : GgmlType.values()) {
			matmul(type);
		}
		elementwise();
		exponential();
		gelu();
		halfs();
		new AttentionTwinCheck().all();
	}

	void matmul(GgmlType type) {
		int block = type.blockElements();
		int[] widths = (block == 1) ? new int[] { 1, 3, 37, 515, 2063 } : new int[] { block, 3 * block, 2048 + block };
		try (WorkerPool pool = new WorkerPool(2)) {
			for (int cols : widths) {
				for (int tokens : new int[] { 1, 2, 3, 5, 8, 17 }) {
					matmul(RandomWeights.matrix(type, 53, cols, this.random), tokens, pool);
				}
			}
			matmul(RandomWeights.matrix(type, 1, 8192 + 3 * block, this.random), 1, pool);
		}
	}

	private void matmul(WeightMatrix w, int tokens, WorkerPool pool) {
		float[] x = RandomWeights.floats(tokens * w.cols(), this.random);
		float[] expected = new float[tokens * w.rows()];
		float[] actual = RandomWeights.floats(tokens * w.rows(), this.random);
		multiply(this.scalar, w, x, tokens, expected, pool);
		multiply(this.vector, w, x, tokens, actual, pool);
		float[] row = new float[w.cols()];
		for (int r = 0; r < w.rows(); r++) {
			this.scalar.row(w, r, row, 0);
			for (int t = 0; t < tokens; t++) {
				close(expected[t * w.rows() + r], actual[t * w.rows() + r], tolerance(w.type(), row, x, t * w.cols()),
						w.type() + " " + w.rows() + " x " + w.cols() + ", row " + r + ", token " + t + " of " + tokens);
			}
		}
	}

	static void multiply(Kernels kernels, WeightMatrix w, float[] x, int tokens, float[] y, WorkerPool pool) {
		Projection.Plan plan = new Projection.Plan(List.of(w), x, null, 0, tokens, Projection.Result.STORE, List.of(y));
		try (Projection projection = kernels.projections(List.of(w.type()), List.of(), pool)
			.projection(plan, (bytes) -> {
			})) {
			projection.run(0, tokens, () -> false);
		}
	}

	/** A norm before the products; sums and gates behind them. */
	void results(GgmlType type) {
		int tokens = 3;
		WeightMatrix one = RandomWeights.matrix(type, 96, 128, this.random);
		WeightMatrix two = RandomWeights.matrix(type, 96, 128, this.random);
		float[] x = RandomWeights.floats(tokens * 128, this.random);
		float[] norm = RandomWeights.floats(128, this.random);
		float[] start = RandomWeights.floats(tokens * 96, this.random);
		try (WorkerPool pool = new WorkerPool(2)) {
			float[][] sums = new float[2][];
			float[][] gates = new float[2][];
			Kernels[] twins = { this.scalar, this.vector };
			for (int i = 0; i < twins.length; i++) {
				Projections projections = twins[i].projections(List.of(type), List.of(), pool);
				sums[i] = start.clone();
				gates[i] = new float[tokens * 96];
				run(projections, new Projection.Plan(List.of(one), x, norm, 1e-5f, tokens, Projection.Result.ADD,
						List.of(sums[i])), tokens);
				run(projections, new Projection.Plan(List.of(one, two), x, norm, 1e-5f, tokens, Projection.Result.GATE,
						List.of(gates[i], new float[tokens * 96])), tokens);
			}
			for (int i = 0; i < start.length; i++) {
				close(sums[0][i], sums[1][i], 0.01, type + ", sum " + i);
				close(gates[0][i], gates[1][i], 2e-3 * Math.max(1000, Math.abs(gates[0][i])), type + ", gate " + i);
			}
		}
	}

	private static void run(Projections projections, Projection.Plan plan, int tokens) {
		try (Projection projection = projections.projection(plan, (bytes) -> {
		})) {
			projection.run(0, tokens, () -> false);
		}
	}

	/**
	 * What adding in another order may do, and, where activations are rounded, half a
	 * step of each: the largest of 32 in 1023 steps.
	 */
	private static double tolerance(GgmlType type, float[] row, float[] x, int at) {
		double magnitude = 0;
		double rounding = 0;
		double largest = 0;
		for (int c = 0; c < row.length; c++) {
			if (c % 32 == 0) {
				largest = 0;
				for (int i = c; i < Math.min(c + 32, row.length); i++) {
					largest = Math.max(largest, Math.abs(x[at + i]));
				}
			}
			magnitude += Math.abs(row[c] * x[at + c]);
			rounding += Math.abs(row[c]) * largest / 2046;
		}
		return switch (type) {
			case F32, F16, BF16 -> 1e-6 * magnitude;
			case Q8_0, IQ4_NL, IQ4_XS -> 5e-6 * magnitude;
			default -> 1.001 * rounding + 5e-6 * magnitude;
		};
	}

	void elementwise() {
		for (int n : new int[] { 0, 1, 7, 16, 31, 64, 65, 576 }) {
			float[] a = RandomWeights.floats(n + 5, this.random);
			float[] b = RandomWeights.floats(n + 5, this.random);
			same(n, "rmsNorm", a, (k, x) -> k.rmsNorm(x, 3, b, 1e-5f, x, 1, n));
			same(n, "siluMultiply", a, (k, x) -> k.siluMultiply(x, b, 4, n));
			if (n > 0) {
				same(n, "layerNorm", a, (k, x) -> k.layerNorm(x, 3, b, a, b, 1e-5f, n));
			}
			same(n, "addScaled", a, (k, x) -> k.addScaled(x, 1, 0.7f, b, 2, n));
			same(n, "scale", a, (k, x) -> k.attention().scale(x, 2, -0.3f, n));
		}
	}

	private void same(int n, String what, float[] input, Operation operation) {
		float[] expected = input.clone();
		float[] actual = input.clone();
		operation.run(this.scalar, expected);
		operation.run(this.vector, actual);
		for (int i = 0; i < expected.length; i++) {
			close(expected[i], actual[i], 1e-5 * Math.abs(expected[i]) + 1e-7, what + " " + n + ", element " + i);
		}
	}

	/** silu(x) / x is 1 / (1 + exp(-x)). */
	void exponential() {
		float[] x = new float[40_003];
		for (int i = 0; i < x.length; i++) {
			x[i] = -75f + i * 0.00375f;
		}
		float[] input = x.clone();
		float[] ones = new float[x.length];
		Arrays.fill(ones, 1);
		this.vector.siluMultiply(x, ones, 0, x.length);
		for (int i = 0; i < x.length; i++) {
			double expected = input[i] / (1 + Math.exp(-(double) input[i]));
			close(expected, x[i], 2e-6 * Math.abs(expected), "silu(" + input[i] + ")");
		}
		float[] gate = { -1e4f, -100, 100, 0 };
		this.vector.siluMultiply(gate, new float[] { 1, 1, 1, 1 }, 0, 4);
		close(0, gate[0], 1e-30, "silu far below");
		close(0, gate[1], 1e-30, "silu below");
		close(100, gate[2], 0, "silu above");
	}

	/** gelu(x) = x / 2 * (1 + erf(x / sqrt(2))); erf by its definition. */
	void gelu() {
		float[] x = new float[4003];
		for (int i = 0; i < x.length; i++) {
			x[i] = -10f + i * 0.005f;
		}
		for (Kernels kernels : new Kernels[] { this.scalar, this.vector }) {
			for (int n : new int[] { 0, 1, 7, 33, x.length - 2 }) {
				float[] y = x.clone();
				float[] bias = new float[n];
				Arrays.fill(bias, 0.25f);
				kernels.gelu(y, 1, bias, n);
				for (int i = 0; i < x.length; i++) {
					boolean within = i >= 1 && i < n + 1;
					double v = x[i] + 0.25;
					double exact = within ? v / 2 * (1 + erf(v / Math.sqrt(2))) : x[i];
					close(exact, y[i], within ? 2e-7 * Math.abs(v) + 1e-9 : 0, "gelu(" + v + ")");
				}
			}
		}
	}

	/** The integral itself, by Simpson's rule. */
	private static double erf(double z) {
		int steps = 400;
		double h = z / steps;
		double sum = 1 + Math.exp(-z * z);
		for (int i = 1; i < steps; i++) {
			sum += (2 + 2 * (i % 2)) * Math.exp(-(i * h) * (i * h));
		}
		return 2 / Math.sqrt(Math.PI) * sum * h / 3;
	}

	/** All 65536 of them, 0x7C00, 0xFC00 and 0x7E00 included. */
	void halfs() {
		MemorySegment all = Arena.ofAuto().allocate(2L * 0x10000);
		for (int half = 0; half < 0x10000; half++) {
			Bits.putI16(all, 2L * half, (short) half);
		}
		float[] actual = new float[0x10000];
		this.vector.row(new WeightMatrix(GgmlType.F16, all, 1, actual.length), 0, actual, 0);
		for (int half = 0; half < actual.length; half++) {
			float expected = Float.float16ToFloat((short) half);
			// The bits of a NaN mean nothing; floatToIntBits knows only one.
			if (Float.floatToIntBits(expected) != Float.floatToIntBits(actual[half])) {
				throw new AssertionError("half %04x, %s, became %s".formatted(half, expected, actual[half]));
			}
		}
	}

	private static void close(double expected, double actual, double tolerance, String what) {
		if (!(Math.abs(expected - actual) <= tolerance)) {
			throw new AssertionError(what + ": expected " + expected + ", got " + actual + ", tolerance " + tolerance);
		}
	}

	@FunctionalInterface
	private interface Operation {

		void run(Kernels kernels, float[] x);

	}

}
