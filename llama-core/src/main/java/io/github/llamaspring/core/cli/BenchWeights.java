package io.github.llamaspring.core.cli;

import java.nio.file.Path;

import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.gguf.GgufTensor;
import io.github.llamaspring.core.tokenizer.Tokenizer;
import io.github.llamaspring.core.transformer.LlamaConfig;

/**
 * What a model's shapes say about the work of a token.
 *
 * @param vocabulary ids below exist as pieces and as rows
 * @param bytes of all weights
 * @param bytesPerToken of the weights that decoding one token reads: all but the
 * embedding, of which it reads one row, unless the output uses it too
 * @param layerMacs multiply-adds of one token with all matrices of the layers
 * @param outputMacs multiply-adds of one token with the output matrix
 * @param cacheBytesPerToken keys and values of one position, half floats
 */
record BenchWeights(int vocabulary, long bytes, long bytesPerToken, long layerMacs, long outputMacs,
		long cacheBytesPerToken) {

	private static final String EMBEDDING = "token_embd.weight";

	private static final String OUTPUT = "output.weight";

	static BenchWeights of(Path path) {
		try (GgufFile file = GgufFile.open(path)) {
			LlamaConfig config = LlamaConfig.from(file);
			GgufTensor embedding = file.tensor(EMBEDDING);
			boolean tied = file.tensor(OUTPUT) == null;
			long bytes = 0;
			long layerMacs = 0;
			for (GgufTensor tensor : file.tensors()) {
				bytes += tensor.data().byteSize();
				boolean inLayer = !tensor.name().equals(EMBEDDING) && !tensor.name().equals(OUTPUT);
				layerMacs += (inLayer && tensor.shape().length == 2) ? tensor.elements() : 0;
			}
			long unread = (embedding == null || tied) ? 0 : embedding.data().byteSize();
			return new BenchWeights(Math.min(config.vocabularySize(), Tokenizer.of(file).size()), bytes, bytes - unread,
					layerMacs, (long) config.vocabularySize() * config.dim(),
					2L * Short.BYTES * config.layers() * config.kvHeads() * config.headDim());
		}
	}

	/**
	 * Multiply-adds a prompt token costs on average: the output is computed for the last
	 * one only. Attention is not counted.
	 */
	double macsPerPromptToken(int promptTokens) {
		return this.layerMacs + (double) this.outputMacs / promptTokens;
	}

}
