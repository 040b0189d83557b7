package io.github.llamaspring.core.vector;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.Projection;
import io.github.llamaspring.core.kernel.RandomWeights;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;
import io.github.llamaspring.core.onednn.OneDnn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Projections with the accelerator against the scalar reference.
 */
class AcceleratorTests {

	private static final BooleanSupplier NEVER = () -> false;

	/** Rounding activations and weights to bfloat16 costs 0.0024. */
	private static final double BFLOAT16 = 0.004;

	private static final int COLUMNS = 768;

	private static final int CAPACITY = 100;

	private final Random random = new Random(20261122);

	private final float[] x = RandomWeights.floats(CAPACITY * COLUMNS, this.random);

	private final float[] norm = RandomWeights.floats(COLUMNS, this.random);

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "F32", "F16", "BF16" })
	void acceleratedProjectionsEqualScalarOnes(GgmlType type) {
		assumeLibrary();
		// Two of them for the accelerator, one whose rows do not fill a tile.
		List<WeightMatrix> matrices = matrices(type, 192, 64, 53);
		List<float[]> expected = outputs(matrices);
		List<float[]> actual = outputs(matrices);
		try (WorkerPool pool = new WorkerPool(2);
				Projection reference = Kernels.scalar()
					.projections(List.of(), List.of(), pool)
					.projection(plan(matrices, expected), this::ignore);
				Accelerator accelerator = accelerator(library());
				Projection projection = projection(plan(matrices, actual), pool, accelerator)) {
			for (int tokens : new int[] { 49, 100, 64 }) {
				reference.run(0, tokens, NEVER);
				projection.run(0, tokens, NEVER);
				for (int i = 0; i < matrices.size(); i++) {
					assertThat(error(expected.get(i), actual.get(i), tokens * matrices.get(i).rows()))
						.as("matrix %d, %d tokens", i, tokens)
						.isLessThan(BFLOAT16);
				}
			}
			assertThat(accelerator.begin(49, COLUMNS)).isTrue();
		}
	}

	@Test
	void gatedAndAddedResultsAreRightToo() {
		assumeLibrary();
		for (Projection.Result result : new Projection.Result[] { Projection.Result.GATE, Projection.Result.ADD }) {
			List<WeightMatrix> matrices = (result == Projection.Result.GATE) ? matrices(GgmlType.Q4_0, 128, 128)
					: matrices(GgmlType.Q6_K, 128);
			List<float[]> expected = outputs(matrices);
			List<float[]> actual = expected.stream().map(float[]::clone).toList();
			try (WorkerPool pool = new WorkerPool(2);
					Projection reference = Kernels.scalar()
						.projections(List.of(), List.of(), pool)
						.projection(plan(matrices, expected, result), this::ignore);
					Projection projection = projection(plan(matrices, actual, result), pool, accelerator(library()))) {
				reference.run(3, 61, NEVER);
				projection.run(3, 61, NEVER);
				assertThat(error(expected.getFirst(), actual.getFirst(), 61 * 128)).as("%s", result).isLessThan(0.008);
			}
		}
	}

	@Test
	void whatCannotBeLoadedLeavesTheAnswerRight() {
		answersWith(accelerator(CompletableFuture.completedFuture(Optional.empty())), 1e-4, NEVER);
		answersWith(accelerator(CompletableFuture.failedFuture(new IllegalStateException("a library that fails"))),
				1e-4, NEVER);
	}

	@Test
	void whatFailsHalfWayLeavesTheAnswerRight() {
		assumeLibrary();
		Accelerator accelerator = accelerator(library());
		AtomicInteger asked = new AtomicInteger();
		answersWith(accelerator, BFLOAT16, () -> {
			if (asked.incrementAndGet() == 4) {
				accelerator.close();
			}
			return false;
		});
		assertThat(asked).hasValueGreaterThan(4);
	}

	private void answersWith(Accelerator accelerator, double most, BooleanSupplier cancelled) {
		List<WeightMatrix> matrices = matrices(GgmlType.Q4_K, 1024);
		List<float[]> expected = outputs(matrices);
		List<float[]> actual = outputs(matrices);
		try (WorkerPool pool = new WorkerPool(1);
				Projection reference = Kernels.scalar()
					.projections(List.of(), List.of(), pool)
					.projection(plan(matrices, expected), this::ignore);
				Projection projection = projection(plan(matrices, actual), pool, accelerator)) {
			reference.run(0, 50, NEVER);
			projection.run(0, 50, cancelled);
			assertThat(error(expected.getFirst(), actual.getFirst(), 50 * 1024)).isLessThan(most);
			projection.run(0, 50, NEVER);
			assertThat(error(expected.getFirst(), actual.getFirst(), 50 * 1024)).isLessThan(most);
		}
	}

	@Test
	void demandedWithoutNativeAccessItSaysWhatToDo() throws Exception {
		assertThat(java("onednn")).contains("LlamaException").contains("--enable-native-access");
		assertThat(java("auto")).contains("accelerator: none");
		assertThat(java("none")).contains("accelerator: none");
		assertThat(java("gpu")).contains("IllegalArgumentException")
			.contains("\"gpu\"")
			.contains("auto, onednn or none");
	}

	private static String java(String accelerator) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("--add-modules=jdk.incubator.vector", "-D" + Accelerator.PROPERTY + "=" + accelerator,
				"-cp", System.getProperty("java.class.path"), Choice.class.getName()));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

	/** Prints what there is, or what was thrown. */
	static final class Choice {

		private Choice() {
		}

		public static void main(String[] args) {
			try (WorkerPool pool = new WorkerPool(1)) {
				Kernels.vector().projections(List.of(GgmlType.Q4_0), List.of(), pool);
				System.out.println("accelerator: " + Kernels.vector().accelerator());
			}
			catch (RuntimeException ex) {
				System.out.println(ex);
			}
		}

	}

	private static void assumeLibrary() {
		assumeTrue(OneDnn.load().isPresent(), "oneDNN cannot be used on this machine; its log line says why");
	}

	private static CompletableFuture<Optional<OneDnn>> library() {
		return CompletableFuture.completedFuture(OneDnn.load());
	}

	private static Accelerator accelerator(CompletableFuture<Optional<OneDnn>> library) {
		return new Accelerator(2, library);
	}

	private Projection projection(Projection.Plan plan, WorkerPool pool, Accelerator accelerator) {
		Map<PackedFormat, FormatCosts> costs = Arrays.stream(PackedFormat.values())
			.collect(Collectors.toMap((format) -> format, (format) -> new FormatCosts(2, 3, 8, 8)));
		KernelChoice choice = new KernelChoice(PackedKernels.get(), Layout.USUAL, costs, 1, 0.1);
		return new VectorProjection(plan, Kernels.vector(), pool, new Workbench(2, accelerator), choice,
				new PackedWeights(pool, 2, null), this::ignore);
	}

	private List<WeightMatrix> matrices(GgmlType type, int... rows) {
		return Arrays.stream(rows).mapToObj((r) -> RandomWeights.matrix(type, r, COLUMNS, this.random)).toList();
	}

	private List<float[]> outputs(List<WeightMatrix> matrices) {
		return matrices.stream().map((w) -> RandomWeights.floats(CAPACITY * w.rows(), this.random)).toList();
	}

	private Projection.Plan plan(List<WeightMatrix> matrices, List<float[]> outputs) {
		return plan(matrices, outputs, Projection.Result.STORE);
	}

	private Projection.Plan plan(List<WeightMatrix> matrices, List<float[]> outputs, Projection.Result result) {
		return new Projection.Plan(matrices, this.x, this.norm, 1e-5f, CAPACITY, result, outputs);
	}

	private void ignore(long bytes) {
	}

	private static double error(float[] expected, float[] actual, int n) {
		double difference = 0;
		double norm = 0;
		for (int i = 0; i < n; i++) {
			difference += ((double) actual[i] - expected[i]) * ((double) actual[i] - expected[i]);
			norm += (double) expected[i] * expected[i];
		}
		return Math.sqrt(difference / norm);
	}

}
