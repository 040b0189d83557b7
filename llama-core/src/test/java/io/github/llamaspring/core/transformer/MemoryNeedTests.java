package io.github.llamaspring.core.transformer;

import java.nio.file.Path;

import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MemoryNeedTests {

	private static final String MODEL = "data/engine/synth-q4_0.gguf";

	private static LlamaTransformer load(GgufFile file, long available) {
		try (WorkerPool pool = new WorkerPool(2)) {
			return new LlamaTransformer(file, Kernels.vector(), pool,
					new LoadPlan(1 << 30, available, null, (bytes) -> {
					}));
		}
	}

	@Test
	void whatIsThereIsComparedBeforeLoading() {
		try (GgufFile file = GgufFile.open(TestFiles.path(MODEL))) {
			long needed = MemoryNeed.of(file, Kernels.vector()).bytes();
			load(file, needed).close();
			assertThatExceptionOfType(LlamaException.class).isThrownBy(() -> load(file, needed - 1))
				.withMessageStartingWith("synth-q4_0.gguf needs 0.0")
				.withMessageContainingAll("GiB of memory", "available", "close other programs", "quantisation");
		}
	}

	@Test
	void whatIsNeededCoversWhatIsTaken() {
		try (GgufFile file = GgufFile.open(TestFiles.path(MODEL))) {
			MemoryNeed need = MemoryNeed.of(file, Kernels.vector());
			LlamaTransformer transformer = load(file, Long.MAX_VALUE);
			assertThat(need.weights()).isEqualTo(transformer.memoryBytes());
			transformer.close();
			assertThat(MemoryNeed.of(file, Kernels.scalar()).weights()).isZero();
		}
	}

	@Test
	void theJvmsLimitIsNamedWithTheFlag() {
		assertThatExceptionOfType(LlamaException.class)
			.isThrownBy(() -> new MemoryNeed(7L << 30, 1 << 20, 1 << 20).require("13b.gguf", 20L << 30, 5L << 30))
			.withMessageContainingAll("13b.gguf needs 7.00 GiB", "this JVM may take 5.00",
					"--enable-native-access=ALL-UNNAMED", "-XX:MaxDirectMemorySize=8g");
	}

	@Test
	void inspectingTellsTheNeed() {
		Path path = TestFiles.path(MODEL);
		assertThat(LlamaModel.inspect(path, ModelOptions.DEFAULTS).neededBytes()).isPositive();
		assertThat(LlamaModel.inspect(TestFiles.path(TestFiles.LLAMA2), ModelOptions.DEFAULTS).neededBytes()).isZero();
	}

}
