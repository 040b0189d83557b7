package io.github.llamaspring.core.transformer;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Garbage is counted, not timed: what a token allocates, every conversation pays for. In
 * a JVM of its own that warms up as users' do.
 */
@Tag("other-process")
class ForwardAllocationTests {

	private static final int PASSES = 50;

	private static final int ROUNDS = 200;

	/** Bytes; a single boxed number or iterator a block would exceed it. */
	private static final long LIMIT = 100;

	@ParameterizedTest
	@CsvSource({ "q4_0, 1", "q4_0, 20", "q6_k, 1", "f16, 20" })
	void aForwardPassAllocatesNothingOnceWarmAndSaysWhatItSaidCold(String type, int tokens) throws Exception {
		Path file = TestFiles.path("data/engine/synth-" + type + ".gguf");
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
				"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
				System.getProperty("java.class.path"), Count.class.getName(), file.toString(), String.valueOf(tokens));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(output).contains("enough: true", "same: true");
	}

	/** Prints whether a pass comes to allocate less than the limit. */
	static final class Count {

		private Count() {
		}

		public static void main(String[] args) {
			try (GgufFile gguf = GgufFile.open(Path.of(args[0])); WorkerPool pool = new WorkerPool(2)) {
				LlamaTransformer transformer = new LlamaTransformer(gguf, Kernels.vector(), pool,
						new LoadPlan(1L << 30, Long.MAX_VALUE, null, (bytes) -> {
						}));
				float[] logits = new float[transformer.config().vocabularySize()];
				Batch batch = batch(transformer.newCache(), Integer.parseInt(args[1]), logits);
				transformer.forward(batch, () -> false);
				float[] cold = logits.clone();
				transformer.warmUp();
				long bytes = bytesPerPass(transformer, batch);
				System.out.println("bytes: " + bytes + ", enough: " + (bytes < LIMIT));
				System.out.println("same: " + Arrays.equals(cold, logits));
			}
			System.exit(0);
		}

		private static Batch batch(KvCache cache, int tokens, float[] logits) {
			Batch batch = new Batch();
			for (int i = 0; i < tokens; i++) {
				batch.add(cache, i, 1, (i == tokens - 1) ? logits : null);
			}
			return batch;
		}

		/** The least of many rounds: the compiler is at work in the first ones. */
		private static long bytesPerPass(LlamaTransformer transformer, Batch batch) {
			ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
			long least = Long.MAX_VALUE;
			for (int round = 0; round < ROUNDS && least >= LIMIT; round++) {
				long before = threads.getTotalThreadAllocatedBytes();
				for (int i = 0; i < PASSES; i++) {
					transformer.forward(batch, () -> false);
				}
				least = Math.min(least, (threads.getTotalThreadAllocatedBytes() - before) / PASSES);
			}
			return least;
		}

	}

}
