package io.github.llamaspring.core.encoder;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.github.llamaspring.core.encoder.EncoderWeights.Dense;
import io.github.llamaspring.core.encoder.EncoderWeights.Layer;
import io.github.llamaspring.core.encoder.EncoderWeights.Norm;
import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.gguf.GgufKeys;
import io.github.llamaspring.core.gguf.GgufTensor;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.TensorFinder;
import io.github.llamaspring.core.tokenizer.UnigramTokenizer;

/**
 * A GGUF file of the architecture {@code bert} as llama.cpp's converter writes it for
 * XLM-R: a unigram tokenizer, mean pooling, no token types but the first.
 */
final class EncoderGguf extends EncoderFile {

	private static final String ARCHITECTURE = "bert";

	private static final int MEAN = 1;

	private static final int MAX_WIDTH = 1 << 14;

	private static final int MAX_TYPES = 16;

	private final GgufFile file;

	private final EncoderConfig config;

	private EncoderGguf(GgufFile file) {
		this.file = file;
		GgufKeys bert = new GgufKeys(file, ARCHITECTURE + ".");
		GgufKeys tokens = new GgufKeys(file, "tokenizer.ggml.");
		String architecture = file.string("general.architecture").orElse("missing");
		if (!architecture.equals(ARCHITECTURE)) {
			throw bert.failure("general.architecture",
					"is '" + architecture + "': a sentence encoder has '" + ARCHITECTURE + "'");
		}
		int pooling = bert.optional("pooling_type", 0, 16, MEAN);
		if (pooling != MEAN) {
			throw bert.failure("bert.pooling_type", "is " + pooling + ": mean pooling (1) is supported");
		}
		if (file.bool("bert.attention.causal").orElse(false)) {
			throw bert.failure("bert.attention.causal", "is true: an encoder looks in both directions");
		}
		int dim = bert.required("embedding_length", 1, MAX_WIDTH);
		int heads = bert.required("attention.head_count", 1, dim);
		if (dim % heads != 0) {
			throw bert.failure("bert.attention.head_count", heads + " does not divide the width " + dim);
		}
		float epsilon = bert.real("attention.layer_norm_epsilon", 1e-30, 0.99, 1e-5);
		GgufTensor words = file.tensor("token_embd.weight");
		if (words == null || words.shape().length != 2 || words.shape()[1] > 1 << 22) {
			throw new GgufFormatException(
					file.describe() + ": tensor 'token_embd.weight' is missing: the file holds no model");
		}
		int vocabulary = (int) words.shape()[1];
		int first = file.bool("tokenizer.ggml.add_bos_token").orElse(false)
				? tokens.required("bos_token_id", 0, vocabulary - 1) : EncoderConfig.NONE;
		int last = file.bool("tokenizer.ggml.add_eos_token").orElse(true)
				? tokens.required("eos_token_id", 0, vocabulary - 1) : EncoderConfig.NONE;
		this.config = new EncoderConfig(bert.required("block_count", 1, 256), dim,
				bert.required("feed_forward_length", 1, MAX_WIDTH), heads, vocabulary,
				bert.required("context_length", 3, 1 << 16), epsilon, first, last);
	}

	static EncoderGguf map(Path file) {
		GgufFile gguf = GgufFile.open(file);
		try {
			return new EncoderGguf(gguf);
		}
		catch (RuntimeException | Error ex) {
			gguf.close();
			throw ex;
		}
	}

	@Override
	public String describe() {
		return this.file.describe();
	}

	@Override
	public String name() {
		return this.file.string("general.name").orElse(describe());
	}

	@Override
	public EncoderConfig config() {
		return this.config;
	}

	@Override
	public UnigramTokenizer tokenizer() {
		UnigramTokenizer tokenizer = UnigramTokenizer.of(this.file);
		if (tokenizer.size() != this.config.vocabularySize()) {
			throw new GgufFormatException("%s: %d tokens in the vocabulary, %d rows in tensor 'token_embd.weight'"
				.formatted(describe(), tokenizer.size(), this.config.vocabularySize()));
		}
		return tokenizer;
	}

	@Override
	EncoderWeights weights(Kernels kernels) {
		TensorFinder in = new TensorFinder(this.file, kernels, "BERT");
		int dim = this.config.dim();
		List<Layer> layers = IntStream.range(0, this.config.layers())
			.mapToObj((i) -> layer(in, "blk." + i + "."))
			.toList();
		float[] types = in.floats(in.matrix("token_types.weight", tokenTypes(), dim));
		EncoderWeights weights = new EncoderWeights(in.matrix("token_embd.weight", this.config.vocabularySize(), dim),
				in.floats(in.matrix("position_embd.weight", this.config.positions(), dim)), Arrays.copyOf(types, dim),
				norm(in, "token_embd_norm"), layers);
		in.requireAllUsed();
		return weights;
	}

	/** As many as the tensor has rows: old files do not say how many there are. */
	private int tokenTypes() {
		GgufTensor types = this.file.tensor("token_types.weight");
		boolean sensible = types != null && types.shape().length == 2 && types.shape()[1] <= MAX_TYPES;
		return (types != null && sensible) ? (int) types.shape()[1] : 1;
	}

	private Layer layer(TensorFinder in, String block) {
		int dim = this.config.dim();
		int ffnDim = this.config.ffnDim();
		return new Layer(dense(in, block + "attn_q", dim, dim), dense(in, block + "attn_k", dim, dim),
				dense(in, block + "attn_v", dim, dim), dense(in, block + "attn_output", dim, dim),
				norm(in, block + "attn_output_norm"), dense(in, block + "ffn_up", ffnDim, dim),
				dense(in, block + "ffn_down", dim, ffnDim), norm(in, block + "layer_output_norm"));
	}

	private static Dense dense(TensorFinder in, String name, int rows, int cols) {
		return new Dense(in.matrix(name + ".weight", rows, cols), in.vector(name + ".bias", rows));
	}

	private Norm norm(TensorFinder in, String name) {
		int dim = this.config.dim();
		return new Norm(in.vector(name + ".weight", dim), in.vector(name + ".bias", dim));
	}

	@Override
	public Map<String, Integer> tensorTypes() {
		Map<String, Integer> types = new TreeMap<>();
		this.file.tensors().forEach((tensor) -> types.merge(tensor.type().name(), 1, Integer::sum));
		return types;
	}

	@Override
	public long parameters() {
		return this.file.tensors().stream().mapToLong(GgufTensor::elements).sum();
	}

	@Override
	public long weightBytes() {
		return this.file.tensors().stream().mapToLong((tensor) -> tensor.data().byteSize()).sum();
	}

	@Override
	public void close() {
		this.file.close();
	}

}
