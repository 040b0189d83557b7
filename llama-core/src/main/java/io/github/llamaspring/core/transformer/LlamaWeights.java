package io.github.llamaspring.core.transformer;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.TensorFinder;
import io.github.llamaspring.core.kernel.WeightMatrix;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a Llama model, as the file holds them; norms as floats. Immutable.
 *
 * @param embedding vocabulary x dim
 * @param layers the blocks
 * @param outputNorm dim
 * @param output vocabulary x dim; the embedding where the file ties them
 * @param ropeFactors Llama-3's frequency divisors, or null
 */
record LlamaWeights(WeightMatrix embedding, List<Layer> layers, float[] outputNorm, WeightMatrix output,
		float @Nullable [] ropeFactors) {

	/**
	 * One block.
	 *
	 * @param attentionNorm dim
	 * @param query queryDim x dim
	 * @param key keyDim x dim
	 * @param value keyDim x dim
	 * @param attentionOutput dim x queryDim
	 * @param ffnNorm dim
	 * @param gate ffnDim x dim
	 * @param up ffnDim x dim
	 * @param down dim x ffnDim
	 */
	record Layer(float[] attentionNorm, WeightMatrix query, WeightMatrix key, WeightMatrix value,
			WeightMatrix attentionOutput, float[] ffnNorm, WeightMatrix gate, WeightMatrix up, WeightMatrix down) {

		Stream<WeightMatrix> matrices() {
			return Stream.of(this.query, this.key, this.value, this.attentionOutput, this.gate, this.up, this.down);
		}

	}

	/**
	 * Types of the blocks' matrices, that of most weights first.
	 */
	List<GgmlType> layerTypes() {
		Map<GgmlType, Long> bytes = new EnumMap<>(GgmlType.class);
		this.layers.stream()
			.flatMap(Layer::matrices)
			.forEach((w) -> bytes.merge(w.type(), w.data().byteSize(), Long::sum));
		return bytes.entrySet()
			.stream()
			.sorted(Map.Entry.<GgmlType, Long>comparingByValue().reversed())
			.map(Map.Entry::getKey)
			.toList();
	}

	/**
	 * Finds and checks every tensor.
	 * @throws io.github.llamaspring.core.error.GgufFormatException if one is missing, has
	 * another shape, or is one that the architecture does not know
	 */
	static LlamaWeights from(GgufFile file, LlamaConfig config, Kernels kernels) {
		TensorFinder in = new TensorFinder(file, kernels, "Llama");
		int dim = config.dim();
		WeightMatrix embedding = in.matrix("token_embd.weight", config.vocabularySize(), dim);
		List<Layer> layers = IntStream.range(0, config.layers()).mapToObj((i) -> layer(in, config, i)).toList();
		float[] outputNorm = in.vector("output_norm.weight", dim);
		WeightMatrix output = in.has("output.weight") ? in.matrix("output.weight", config.vocabularySize(), dim)
				: embedding;
		float[] factors = in.has("rope_freqs.weight") ? in.vector("rope_freqs.weight", config.rope().dimensions() / 2)
				: null;
		in.requireAllUsed();
		return new LlamaWeights(embedding, layers, outputNorm, output, factors);
	}

	private static Layer layer(TensorFinder in, LlamaConfig config, int index) {
		String block = "blk." + index + ".";
		int dim = config.dim();
		return new Layer(in.vector(block + "attn_norm.weight", dim),
				in.matrix(block + "attn_q.weight", config.queryDim(), dim),
				in.matrix(block + "attn_k.weight", config.keyDim(), dim),
				in.matrix(block + "attn_v.weight", config.keyDim(), dim),
				in.matrix(block + "attn_output.weight", dim, config.queryDim()),
				in.vector(block + "ffn_norm.weight", dim), in.matrix(block + "ffn_gate.weight", config.ffnDim(), dim),
				in.matrix(block + "ffn_up.weight", config.ffnDim(), dim),
				in.matrix(block + "ffn_down.weight", dim, config.ffnDim()));
	}

}
