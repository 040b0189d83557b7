package io.github.llamaspring.core.transformer;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

import com.sun.management.ThreadMXBean;
import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Garbage is counted, not timed: what a token allocates, every conversation pays for.
 */
class ForwardAllocationTests {

	private static final int PASSES = 200;

	@ParameterizedTest
	@ValueSource(strings = { "synth-q4_0", "synth-q8_0", "synth-q4_k", "synth-f16" })
	void aForwardPassAllocatesNothingOnceWarm(String name) {
		Path file = TestFiles.path("data/engine/" + name + ".gguf");
		try (GgufFile gguf = GgufFile.open(file); WorkerPool pool = new WorkerPool(2)) {
			LlamaTransformer transformer = new LlamaTransformer(gguf, Kernels.vector(), pool, 1L << 30, (bytes) -> {
			});
			transformer.warmUp();
			try (KvCache cache = transformer.newCache()) {
				long one = bytesPerPass(transformer, cache, 1);
				long several = bytesPerPass(transformer, cache, 20);
				assertThat(one).as("bytes for one token").isLessThan(100);
				assertThat(several).as("bytes for 20 tokens").isLessThan(100);
			}
			finally {
				transformer.close();
			}
		}
	}

	/** The least of several rounds: the compiler may still be at work in the first. */
	private static long bytesPerPass(LlamaTransformer transformer, KvCache cache, int tokens) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		float[] logits = new float[transformer.config().vocabularySize()];
		Batch batch = new Batch();
		for (int i = 0; i < tokens; i++) {
			batch.add(cache, i, 1, (i == tokens - 1) ? logits : null);
		}
		long least = Long.MAX_VALUE;
		for (int round = 0; round < 15; round++) {
			long before = threads.getTotalThreadAllocatedBytes();
			for (int i = 0; i < PASSES; i++) {
				transformer.forward(batch, () -> false);
			}
			least = Math.min(least, (threads.getTotalThreadAllocatedBytes() - before) / PASSES);
		}
		return least;
	}

}
