package io.github.llamaspring.core.transformer;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Garbage is counted, not timed: what a token allocates, every conversation pays for. In
 * a JVM of its own that warms up as users' do.
 */
class ForwardAllocationTests {

	private static final int PASSES = 50;

	private static final int ROUNDS = 200;

	/** Bytes; a single boxed number or iterator a block would exceed it. */
	private static final long LIMIT = 100;

	@ParameterizedTest
	@ValueSource(ints = 1)
	void aForwardPassAllocatesNothingOnceWarm(int tokens) throws Exception {
		Path file = TestFiles.path("data/engine/synth-q4_0.gguf");
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
				"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
				System.getProperty("java.class.path"), Count.class.getName(), file.toString(), String.valueOf(tokens));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(output).contains("enough: true");
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
				transformer.warmUp();
				long bytes = bytesPerPass(transformer, transformer.newCache(), Integer.parseInt(args[1]));
				System.out.println("bytes: " + bytes + ", enough: " + (bytes < LIMIT));
			}
			System.exit(0);
		}

		/** The least of many rounds: the compiler is at work in the first ones. */
		private static long bytesPerPass(LlamaTransformer transformer, KvCache cache, int tokens) {
			ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
			float[] logits = new float[transformer.config().vocabularySize()];
			Batch batch = new Batch();
			for (int i = 0; i < tokens; i++) {
				batch.add(cache, i, 1, (i == tokens - 1) ? logits : null);
			}
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
