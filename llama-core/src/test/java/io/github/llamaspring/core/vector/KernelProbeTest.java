package io.github.llamaspring.core.vector;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class KernelProbeTest {

	@Test
	void aKernelBecomesFast() {
		KernelRuns runs = new KernelRuns(PackedKernels.get());
		PackedKernels.Product product = runs.kernels().product(PackedFormat.Q4_0, 1, 1);
		assertThat(product).isNotNull();
		KernelRun run = runs.product(PackedFormat.Q4_0, product, 1, 1);
		assertThat(KernelRun.settle(List.of(run), System.nanoTime() + 60_000_000_000L)).isTrue();
		assertThat(run.cost()).isPositive();
	}

	@Test
	void measurementsAreKeptForThisMachineOnly(@TempDir Path folder) throws Exception {
		Measurements first = Measurements.load(folder.resolve("kernels.properties"), "one");
		assertThat(first.costs()).isEmpty();
		first.costs(PackedFormat.Q4_0, new FormatCosts(1, Double.POSITIVE_INFINITY, 3, 7));
		first.layout(PackedFormat.Q4_0, new Layout(1, 2, true));
		first.tile(4);
		first.accelerated(5);
		first.save();
		Measurements again = Measurements.load(folder.resolve("kernels.properties"), "one");
		assertThat(again.costs()).containsEntry(PackedFormat.Q4_0, new FormatCosts(1, Double.POSITIVE_INFINITY, 3, 7));
		assertThat(again.layout(PackedFormat.Q4_0)).isEqualTo(new Layout(1, 2, true));
		assertThat(again.tile()).isEqualTo(4);
		assertThat(again.accelerated()).isEqualTo(5);
		assertThat(Measurements.load(folder.resolve("kernels.properties"), "another").costs()).isEmpty();
		try (var files = Files.list(folder)) {
			assertThat(files).hasSize(1);
		}
	}

	@Test
	void whatAnotherProcessMeasuredMeanwhileIsKept(@TempDir Path folder) {
		Path file = folder.resolve("kernels.properties");
		Measurements one = Measurements.load(file, "one");
		Measurements other = Measurements.load(file, "one");
		one.costs(PackedFormat.Q4_0, new FormatCosts(1, 2, 3, 4));
		one.layout(PackedFormat.Q4_0, new Layout(1, 2, true));
		one.tile(4);
		one.save();
		other.costs(PackedFormat.Q4_0, new FormatCosts(5, 6, 7, 8));
		other.costs(PackedFormat.Q6_K, new FormatCosts(9, 9, 9, 9));
		other.tile(5);
		other.save();
		Measurements both = Measurements.load(file, "one");
		assertThat(both.costs()).containsEntry(PackedFormat.Q4_0, new FormatCosts(5, 6, 7, 8))
			.containsEntry(PackedFormat.Q6_K, new FormatCosts(9, 9, 9, 9));
		assertThat(both.layout(PackedFormat.Q4_0)).isEqualTo(new Layout(1, 2, true));
	}

	@Test
	void aFileThatMakesNoSenseIsIgnored(@TempDir Path folder) throws Exception {
		String good = "version=%s\nmachine=one\ntile=1\nQ4_0.costs=1 2 3 4\nQ4_0.layout=1 2 prefetched\n"
			.formatted(Measurements.VERSION);
		Files.writeString(folder.resolve("kernels.properties"), good);
		assertThat(Measurements.load(folder.resolve("kernels.properties"), "one").costs()).isNotEmpty();
		for (String text : List.of("", "\\u00", good.replace("tile=1", "tile=x"), good.replace("1 2 3 4", "1 2 3"),
				good.replace("1 2 3 4", "-1 2 3 4"), good.replace("1 2 p", "7 1 p"), good.replace("1 2 p", "1 p"),
				good.replace("prefetched", "pre"), good + "accelerated=-1", good.replace("version=", "version=9"),
				good.replace("one", "two"))) {
			Files.writeString(folder.resolve("kernels.properties"), text);
			Measurements all = Measurements.load(folder.resolve("kernels.properties"), "one");
			assertThat(all.costs()).as(text).isEmpty();
			assertThat(all.layout(PackedFormat.Q4_0)).as(text).isNull();
		}
	}

	@Test
	void tilesArePreferredWhereTheyCostLess() {
		FormatCosts costs = new FormatCosts(2, 3, 10, 8);
		KernelChoice choice = new KernelChoice(PackedKernels.get(), new Layout(1, 1, false),
				Map.of(PackedFormat.Q4_0, costs), 1, 0.5);
		// 1.5 a token against 10 and 1 a token.
		assertThat(choice.tilesFrom(List.of(PackedFormat.Q4_0))).isEqualTo(21);
		KernelChoice never = new KernelChoice(PackedKernels.get(), new Layout(1, 1, false),
				Map.of(PackedFormat.Q4_0, costs), 2, 2);
		assertThat(never.tilesFrom(List.of(PackedFormat.Q4_0))).isEqualTo(Integer.MAX_VALUE);
	}

	@Test
	void anAcceleratorIsPreferredWhereItCostsLess() {
		FormatCosts costs = new FormatCosts(2, 3, 10, 8);
		List<PackedFormat> formats = List.of(PackedFormat.Q4_0);
		KernelChoice choice = new KernelChoice(PackedKernels.get(), new Layout(1, 1, false),
				Map.of(PackedFormat.Q4_0, costs), 1, 0.5);
		// 8 and 0.5 for each 16 tokens begun, against 1.5 a token.
		assertThat(choice.acceleratedFrom(formats)).isEqualTo(11);
		KernelChoice never = new KernelChoice(PackedKernels.get(), new Layout(1, 1, false),
				Map.of(PackedFormat.Q4_0, costs), 1, 1.5);
		assertThat(never.acceleratedFrom(formats)).isEqualTo(Integer.MAX_VALUE);
	}

}
