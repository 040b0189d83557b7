package io.github.llamaspring.core.encoder;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.github.llamaspring.core.encoder.EncoderWeights.Dense;
import io.github.llamaspring.core.encoder.EncoderWeights.Layer;
import io.github.llamaspring.core.encoder.EncoderWeights.Norm;
import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.gguf.GgufTensor;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.tokenizer.UnigramTokenizer;

/**
 * A GGUF file of the architecture {@code bert} as llama.cpp's converter writes it for
 * XLM-R: a unigram tokenizer, mean pooling, no token types but the first.
 */
final class EncoderGguf extends EncoderFile {

	private static final String ARCHITECTURE = "bert";

	private static final int MEAN = 1;

	private static final int MAX_WIDTH = 1 << 14;

	private final GgufFile file;

	private final EncoderConfig config;

	private final Set<String> used = new HashSet<>();

	private EncoderGguf(GgufFile file) {
		this.file = file;
		String architecture = file.string("general.architecture").orElse("missing");
		if (!architecture.equals(ARCHITECTURE)) {
			throw failure("general.architecture",
					"is '" + architecture + "': a sentence encoder has '" + ARCHITECTURE + "'");
		}
		int pooling = optional("bert.pooling_type", 0, 16, MEAN);
		if (pooling != MEAN) {
			throw failure("bert.pooling_type", "is " + pooling + ": mean pooling (1) is supported");
		}
		if (file.bool("bert.attention.causal").orElse(false)) {
			throw failure("bert.attention.causal", "is true: an encoder looks in both directions");
		}
		int dim = required("bert.embedding_length", 1, MAX_WIDTH);
		int heads = required("bert.attention.head_count", 1, dim);
		if (dim % heads != 0) {
			throw failure("bert.attention.head_count", heads + " does not divide the width " + dim);
		}
		double epsilon = file.real("bert.attention.layer_norm_epsilon").orElse(1e-5);
		if (!(epsilon > 0 && epsilon < 1)) {
			throw failure("bert.attention.layer_norm_epsilon", "is " + epsilon);
		}
		GgufTensor words = file.tensor("token_embd.weight");
		if (words == null || words.shape().length != 2 || words.shape()[1] > 1 << 22) {
			throw new GgufFormatException(
					file.describe() + ": tensor 'token_embd.weight' is missing: the file holds no model");
		}
		int tokens = (int) words.shape()[1];
		int first = file.bool("tokenizer.ggml.add_bos_token").orElse(false)
				? required("tokenizer.ggml.bos_token_id", 0, tokens - 1) : EncoderConfig.NONE;
		int last = file.bool("tokenizer.ggml.add_eos_token").orElse(true)
				? required("tokenizer.ggml.eos_token_id", 0, tokens - 1) : EncoderConfig.NONE;
		this.config = new EncoderConfig(required("bert.block_count", 1, 256), dim,
				required("bert.feed_forward_length", 1, MAX_WIDTH), heads, tokens,
				required("bert.context_length", 3, 1 << 16), (float) epsilon, first, last);
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

	private int required(String key, int min, int max) {
		OptionalLong value = this.file.integer(key);
		if (value.isEmpty()) {
			throw failure(key, "is missing");
		}
		return checked(key, value.getAsLong(), min, max);
	}

	private int optional(String key, int min, int max, int other) {
		OptionalLong value = this.file.integer(key);
		return value.isEmpty() ? other : checked(key, value.getAsLong(), min, max);
	}

	private int checked(String key, long value, int min, int max) {
		if (value < min || value > max) {
			throw failure(key, "is %d, out of %d to %d".formatted(value, min, max));
		}
		return (int) value;
	}

	private GgufFormatException failure(String key, String what) {
		return new GgufFormatException("%s: key '%s' %s".formatted(this.file.describe(), key, what));
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
		int dim = this.config.dim();
		List<Layer> layers = IntStream.range(0, this.config.layers())
			.mapToObj((i) -> layer(kernels, "blk." + i + "."))
			.toList();
		WeightMatrix types = matrix("token_types.weight", -1, dim);
		float[] type = new float[dim];
		kernels.row(types, 0, type, 0);
		EncoderWeights weights = new EncoderWeights(matrix("token_embd.weight", this.config.vocabularySize(), dim),
				rows(kernels, matrix("position_embd.weight", this.config.positions(), dim)), type,
				norm(kernels, "token_embd_norm"), layers);
		requireAllUsed();
		return weights;
	}

	private Layer layer(Kernels kernels, String block) {
		int dim = this.config.dim();
		int ffnDim = this.config.ffnDim();
		return new Layer(dense(kernels, block + "attn_q", dim, dim), dense(kernels, block + "attn_k", dim, dim),
				dense(kernels, block + "attn_v", dim, dim), dense(kernels, block + "attn_output", dim, dim),
				norm(kernels, block + "attn_output_norm"), dense(kernels, block + "ffn_up", ffnDim, dim),
				dense(kernels, block + "ffn_down", dim, ffnDim), norm(kernels, block + "layer_output_norm"));
	}

	private Dense dense(Kernels kernels, String name, int rows, int cols) {
		return new Dense(matrix(name + ".weight", rows, cols), vector(kernels, name + ".bias", rows));
	}

	private Norm norm(Kernels kernels, String name) {
		int dim = this.config.dim();
		return new Norm(vector(kernels, name + ".weight", dim), vector(kernels, name + ".bias", dim));
	}

	private float[] vector(Kernels kernels, String name, int length) {
		GgufTensor tensor = tensor(name, length);
		return rows(kernels, new WeightMatrix(tensor.type(), tensor.data(), 1, length));
	}

	private static float[] rows(Kernels kernels, WeightMatrix matrix) {
		float[] values = new float[matrix.rows() * matrix.cols()];
		for (int row = 0; row < matrix.rows(); row++) {
			kernels.row(matrix, row, values, row * matrix.cols());
		}
		return values;
	}

	/** A matrix; of any number of rows if that is negative. */
	private WeightMatrix matrix(String name, int rows, int cols) {
		GgufTensor tensor = tensor(name, cols, rows);
		return new WeightMatrix(tensor.type(), tensor.data(), (int) tensor.shape()[1], cols);
	}

	private GgufTensor tensor(String name, long... shape) {
		GgufTensor tensor = this.file.tensor(name);
		if (tensor == null) {
			throw new GgufFormatException("%s: tensor '%s' is missing".formatted(describe(), name));
		}
		boolean fits = tensor.shape().length == shape.length;
		for (int i = 0; fits && i < shape.length; i++) {
			fits = (shape[i] < 0) ? tensor.shape()[i] < 1 << 20 : shape[i] == tensor.shape()[i];
		}
		if (!fits) {
			throw new GgufFormatException("%s: tensor '%s' has shape %s where the metadata ask for %s"
				.formatted(describe(), name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
		}
		this.used.add(name);
		return tensor;
	}

	private void requireAllUsed() {
		for (GgufTensor tensor : this.file.tensors()) {
			if (!this.used.contains(tensor.name())) {
				throw new GgufFormatException(
						"%s: tensor '%s' is not part of the BERT architecture as this engine computes it"
							.formatted(describe(), tensor.name().replaceAll("[^\\x20-\\x7e]", "?")));
			}
		}
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
