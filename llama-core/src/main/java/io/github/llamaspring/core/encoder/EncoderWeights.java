package io.github.llamaspring.core.encoder;

import java.util.List;
import java.util.stream.Stream;

import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.WeightMatrix;

/**
 * The weights of a BERT encoder, as the file holds them; vectors as floats.
 *
 * @param words vocabulary x dim
 * @param positions positions x dim
 * @param type dim: a text alone is all of the first token type
 * @param norm of the embedding
 * @param layers the blocks
 */
record EncoderWeights(WeightMatrix words, float[] positions, float[] type, Norm norm, List<Layer> layers) {

	/**
	 * One block: attention and feed-forward network, each added to the stream and
	 * followed by a norm.
	 *
	 * @param query dim x dim
	 * @param key dim x dim
	 * @param value dim x dim
	 * @param attentionOutput dim x dim
	 * @param attentionNorm dim
	 * @param up ffnDim x dim
	 * @param down dim x ffnDim
	 * @param outputNorm dim
	 */
	record Layer(Dense query, Dense key, Dense value, Dense attentionOutput, Norm attentionNorm, Dense up, Dense down,
			Norm outputNorm) {

	}

	/**
	 * A matrix and what is added to its products.
	 *
	 * @param weight the matrix
	 * @param bias a number for each of its rows
	 */
	record Dense(WeightMatrix weight, float[] bias) {
	}

	/**
	 * A layer norm.
	 *
	 * @param weight factors
	 * @param bias summands
	 */
	record Norm(float[] weight, float[] bias) {
	}

	/** Types of the blocks' matrices. */
	List<GgmlType> layerTypes() {
		return this.layers.stream()
			.flatMap((layer) -> Stream.of(layer.query(), layer.key(), layer.value(), layer.attentionOutput(),
					layer.up(), layer.down()))
			.map((dense) -> dense.weight().type())
			.distinct()
			.toList();
	}

}
