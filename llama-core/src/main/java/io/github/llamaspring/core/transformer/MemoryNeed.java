package io.github.llamaspring.core.transformer;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WeightMatrix;

/**
 * The least memory that a model needs beside mapped files, whose pages the system can
 * take back.
 *
 * @param weights bytes of packed weights
 * @param activations bytes of the heap
 * @param firstPage bytes of the keys and values of the first positions
 */
public record MemoryNeed(long weights, long activations, long firstPage) {

	private static final double GIBIBYTE = 1 << 30;

	private static final long WORTH_A_LINE = 1L << 30;

	/**
	 * What a file's model needs with these kernels.
	 * @throws io.github.llamaspring.core.error.GgufFormatException if the file holds no
	 * model
	 */
	public static MemoryNeed of(GgufFile file, Kernels kernels) {
		LlamaConfig config = LlamaConfig.from(file);
		return of(config, LlamaWeights.from(file, config, kernels), kernels::memoryBytes);
	}

	static MemoryNeed of(LlamaConfig config, LlamaWeights weights, ToLongFunction<WeightMatrix> memoryBytes) {
		return new MemoryNeed(matrices(weights).stream().mapToLong(memoryBytes).sum(),
				Workspace.bytes(config, Batch.CAPACITY), KvCache.tileBytes(config));
	}

	/** All but the embedding, of which rows are read where they are. */
	private static List<WeightMatrix> matrices(LlamaWeights weights) {
		List<WeightMatrix> all = new ArrayList<>(List.of(weights.output()));
		for (LlamaWeights.Layer w : weights.layers()) {
			all.addAll(List.of(w.query(), w.key(), w.value(), w.attentionOutput(), w.gate(), w.up(), w.down()));
		}
		return all;
	}

	/** Bytes in all. */
	public long bytes() {
		return this.weights + this.activations + this.firstPage;
	}

	/**
	 * States the need of a large model, and checks the machine's memory and what the JVM
	 * may take of it. What just fits passes.
	 * @throws LlamaException if there is not enough
	 */
	void require(String file, long available, long limit) {
		if (bytes() >= WORTH_A_LINE) {
			System.getLogger(MemoryNeed.class.getName())
				.log(Level.INFO, "%s needs %s GiB of memory; %s are available".formatted(file, gibibytes(bytes()),
						gibibytes(available)));
		}
		if (bytes() > available) {
			throw new LlamaException(
					("%s needs %s GiB of memory (weights %s) and %s are available: close other programs,"
							+ " take a smaller quantisation or model, or give the machine or container more")
						.formatted(file, gibibytes(bytes()), gibibytes(this.weights), gibibytes(available)));
		}
		if (this.weights > limit) {
			throw new LlamaException(("%s needs %s GiB outside the heap for its weights, and this JVM may take %s:"
					+ " start it with --enable-native-access=ALL-UNNAMED, or -XX:MaxDirectMemorySize=%dg")
				.formatted(file, gibibytes(this.weights), gibibytes(limit), (bytes() >> 30) + 1));
		}
	}

	private static String gibibytes(long bytes) {
		return String.format(Locale.ROOT, "%.2f", bytes / GIBIBYTE);
	}

}
