package io.github.llamaspring.core.transformer;

import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.gguf.GgufKeys;
import io.github.llamaspring.core.gguf.GgufTensor;

/**
 * Hyper-parameters of a Llama model, checked.
 *
 * @param layers transformer blocks
 * @param dim width of the residual stream
 * @param ffnDim inner width of the feed-forward network
 * @param heads query heads
 * @param kvHeads key and value heads, each shared by {@code heads / kvHeads} query heads
 * @param headDim width of a head
 * @param vocabularySize number of tokens
 * @param contextLength positions the model was trained for
 * @param rmsEpsilon added to the mean square in RMSNorm
 * @param rope rotary embedding
 */
public record LlamaConfig(int layers, int dim, int ffnDim, int heads, int kvHeads, int headDim, int vocabularySize,
		int contextLength, float rmsEpsilon, RopeConfig rope) {

	private static final String ARCHITECTURE = "llama";

	private static final String PREFIX = ARCHITECTURE + ".";

	/** Far above the widths of any model. */
	private static final int MAX_WIDTH = 1 << 17;

	private static final int MAX_HEADS = 1 << 12;

	private static final int MAX_VOCABULARY = 1 << 22;

	/**
	 * Reads the parameters of a file.
	 * @throws GgufFormatException if the architecture is another one, or a key is missing
	 * or out of range
	 */
	public static LlamaConfig from(GgufFile file) {
		GgufKeys in = new GgufKeys(file, PREFIX);
		String architecture = file.string("general.architecture")
			.orElseThrow(() -> in.failure("general.architecture", "is missing"));
		if (!architecture.equals(ARCHITECTURE)) {
			throw in.failure("general.architecture",
					"is '" + architecture + "': this engine computes the architecture 'llama' only");
		}
		GgufTensor embedding = file.tensor("token_embd.weight");
		if (embedding == null || embedding.shape().length != 2) {
			throw new GgufFormatException(file.describe()
					+ ": tensor 'token_embd.weight' is missing: the file holds no model (perhaps only a vocabulary)");
		}
		int dim = in.required("embedding_length", 1, MAX_WIDTH);
		int heads = in.required("attention.head_count", 1, MAX_HEADS);
		int kvHeads = in.optional("attention.head_count_kv", 1, MAX_HEADS, heads);
		if (heads % kvHeads != 0) {
			throw in.failure("llama.attention.head_count_kv",
					"%d does not divide the %d query heads".formatted(kvHeads, heads));
		}
		int headDim = in.optional("attention.key_length", 1, MAX_HEADS, Math.max(1, dim / heads));
		if (in.optional("attention.value_length", 1, MAX_HEADS, headDim) != headDim) {
			throw in.failure("llama.attention.value_length", "differs from the key length " + headDim);
		}
		int contextLength = in.required("context_length", 1, 1 << 30);
		float epsilon = in.real("attention.layer_norm_rms_epsilon", 0, 1, 1e-5);
		if ((long) heads * headDim > MAX_WIDTH) {
			throw in.failure("llama.attention.key_length",
					"gives %d heads of width %d: too wide".formatted(heads, headDim));
		}
		if (embedding.shape()[1] > MAX_VOCABULARY) {
			throw in.failure("llama.vocab_size", "is too large: %d tokens".formatted(embedding.shape()[1]));
		}
		int vocabulary = (int) embedding.shape()[1];
		return new LlamaConfig(in.required("block_count", 1, 4096), dim,
				in.required("feed_forward_length", 1, MAX_WIDTH), heads, kvHeads, headDim, vocabulary, contextLength,
				epsilon, rope(in, headDim, contextLength));
	}

	private static RopeConfig rope(GgufKeys in, int headDim, int contextLength) {
		int dimensions = in.optional("rope.dimension_count", 1, 1 << 16, headDim);
		if (dimensions > headDim || dimensions % 2 != 0) {
			throw in.failure("llama.rope.dimension_count",
					"%d is odd or above the head width %d".formatted(dimensions, headDim));
		}
		float theta = in.real("rope.freq_base", 1, 1e12, 10_000);
		// As llama.cpp reads them: no type means linear, and no factor or 0 means 1.
		String type = in.file().string("llama.rope.scaling.type").orElse("linear");
		RopeConfig.Scaling scaling = switch (type) {
			case "none" -> RopeConfig.Scaling.NONE;
			case "linear" -> RopeConfig.Scaling.LINEAR;
			case "yarn" -> RopeConfig.Scaling.YARN;
			default ->
				throw in.failure("llama.rope.scaling.type", "is '" + type + "': none, linear and yarn are supported");
		};
		float factor = in.real("rope.scaling.factor", 0, 1e6, in.real("rope.scale_linear", 0, 1e6, 1));
		int original = in.optional("rope.scaling.original_context_length", 1, 1 << 30, contextLength);
		float attentionFactor = in.real("rope.scaling.attn_factor", 1e-6, 1e6, 1);
		return new RopeConfig(dimensions, theta, scaling, (factor == 0) ? 1 : factor, original, attentionFactor);
	}

	/**
	 * Width of all query heads together.
	 */
	public int queryDim() {
		return this.heads * this.headDim;
	}

	/**
	 * Width of all key heads together.
	 */
	public int keyDim() {
		return this.kvHeads * this.headDim;
	}

}
