package io.github.llamaspring.boot.guard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.llamaspring.core.gguf.GgufFile;
import org.junit.jupiter.api.Assumptions;

/**
 * A made-up model with the vocabulary of Llama 2: one layer that sees whether "bomb"
 * stands in its context, and for each last token the next one that was given.
 */
final class SyntheticGuardModel {

	private static final int DIM = 64;

	/** The dimension that says whether there is a bomb. */
	private static final int BOMB = 63;

	private final ByteArrayOutputStream pairs = new ByteArrayOutputStream();

	private final ByteArrayOutputStream infos = new ByteArrayOutputStream();

	private final ByteArrayOutputStream data = new ByteArrayOutputStream();

	private int pairCount;

	private int tensorCount;

	private final List<String> pieces;

	private final float[] embeddings;

	private final float[] output;

	private final Map<String, Integer> dimensions = new HashMap<>();

	private SyntheticGuardModel(List<String> pieces) {
		this.pieces = pieces;
		this.embeddings = new float[DIM * pieces.size()];
		this.output = new float[DIM * pieces.size()];
		for (int id = 0; id < pieces.size(); id++) {
			this.embeddings[id * DIM] = 1;
		}
	}

	/**
	 * The vocabulary, from the test data.
	 */
	static Path vocabulary() {
		String data = System.getenv("LLAMA_TESTDATA");
		Path root = (data != null) ? Path.of(data)
				: Path.of(System.getProperty("llama.project.root", "."), "..", "shared");
		Path file = root.resolve("data/engine/ggml-vocab-llama-spm.gguf");
		if (!Files.exists(file)) {
			String message = "skipped: there is no vocabulary " + file.toAbsolutePath().normalize();
			if (Boolean.parseBoolean(System.getenv("LLAMA_TESTDATA_REQUIRED"))) {
				throw new AssertionError(message);
			}
			System.out.println(message);
			Assumptions.abort(message);
		}
		return file;
	}

	/**
	 * @param calm what it says first where there is no bomb
	 * @param next pairs of tokens: what follows on what
	 */
	static Path write(Path file, String calm, String... next) throws IOException {
		try (GgufFile vocabulary = GgufFile.open(vocabulary())) {
			SyntheticGuardModel model = new SyntheticGuardModel(
					vocabulary.strings("tokenizer.ggml.tokens").orElseThrow());
			model.row(calm, 0, 1);
			model.row("\u2581unsafe", BOMB, 2);
			int bomb = model.id("\u2581bomb") * DIM;
			model.embeddings[bomb] = 0;
			model.embeddings[bomb + BOMB] = 1;
			for (int i = 0; i < next.length; i += 2) {
				model.row(next[i + 1], model.dimension(next[i]), 4);
			}
			model.metadata(vocabulary);
			model.tensors();
			return Files.write(file, model.bytes());
		}
	}

	private int id(String piece) {
		int id = this.pieces.indexOf(piece);
		if (id < 0) {
			throw new IllegalArgumentException("no piece " + piece);
		}
		return id;
	}

	private int dimension(String piece) {
		return this.dimensions.computeIfAbsent(piece, (key) -> {
			int dimension = this.dimensions.size() + 1;
			this.embeddings[id(key) * DIM] = 0;
			this.embeddings[id(key) * DIM + dimension] = 1;
			return dimension;
		});
	}

	private void row(String piece, int dimension, float weight) {
		this.output[id(piece) * DIM + dimension] = weight;
	}

	private void metadata(GgufFile vocabulary) {
		string("general.architecture", "llama");
		u32("llama.context_length", 2048);
		u32("llama.embedding_length", DIM);
		u32("llama.block_count", 1);
		u32("llama.feed_forward_length", DIM);
		u32("llama.attention.head_count", 2);
		u32("llama.attention.head_count_kv", 2);
		pair("llama.attention.layer_norm_rms_epsilon", 6, little(4).putFloat(1e-5f).array());
		u32("llama.rope.dimension_count", DIM / 2);
		u32("llama.vocab_size", this.pieces.size());
		string("tokenizer.ggml.model", "llama");
		ByteArrayOutputStream texts = new ByteArrayOutputStream();
		this.pieces.forEach((piece) -> texts.writeBytes(text(piece)));
		array("tokenizer.ggml.tokens", 8, texts.toByteArray());
		ByteBuffer scores = little(4 * this.pieces.size());
		scores.asFloatBuffer().put(vocabulary.floats("tokenizer.ggml.scores").orElseThrow());
		array("tokenizer.ggml.scores", 6, scores.array());
		ByteBuffer types = little(4 * this.pieces.size());
		types.asIntBuffer().put(vocabulary.integers("tokenizer.ggml.token_type").orElseThrow());
		array("tokenizer.ggml.token_type", 5, types.array());
		u32("tokenizer.ggml.bos_token_id", 1);
		u32("tokenizer.ggml.eos_token_id", 2);
		pair("tokenizer.ggml.add_bos_token", 7, new byte[] { 1 });
	}

	private void tensors() {
		float[] ones = new float[DIM];
		Arrays.fill(ones, 1);
		float[] value = new float[DIM * DIM];
		value[BOMB * DIM + BOMB] = 1;
		float[] spread = new float[DIM * DIM];
		spread[BOMB * DIM + BOMB] = 40;
		float[] zero = new float[DIM * DIM];
		tensor("token_embd.weight", this.embeddings, DIM, this.pieces.size());
		tensor("output.weight", this.output, DIM, this.pieces.size());
		tensor("output_norm.weight", ones, DIM);
		tensor("blk.0.attn_norm.weight", ones, DIM);
		tensor("blk.0.ffn_norm.weight", ones, DIM);
		tensor("blk.0.attn_v.weight", value, DIM, DIM);
		tensor("blk.0.attn_output.weight", spread, DIM, DIM);
		for (String name : List.of("attn_q", "attn_k", "ffn_gate", "ffn_up", "ffn_down")) {
			tensor("blk.0." + name + ".weight", zero, DIM, DIM);
		}
	}

	private void tensor(String name, float[] values, long... shape) {
		this.infos.writeBytes(text(name));
		this.infos.writeBytes(little(4).putInt(shape.length).array());
		for (long length : shape) {
			this.infos.writeBytes(little(8).putLong(length).array());
		}
		this.infos.writeBytes(little(12).putInt(0).putLong(this.data.size()).array());
		ByteBuffer bytes = little(4 * values.length);
		bytes.asFloatBuffer().put(values);
		this.data.writeBytes(bytes.array());
		this.data.writeBytes(new byte[-this.data.size() & 31]);
		this.tensorCount++;
	}

	private byte[] bytes() {
		ByteArrayOutputStream file = new ByteArrayOutputStream();
		file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
		file.writeBytes(little(20).putInt(3).putLong(this.tensorCount).putLong(this.pairCount).array());
		file.writeBytes(this.pairs.toByteArray());
		file.writeBytes(this.infos.toByteArray());
		file.writeBytes(new byte[-file.size() & 31]);
		file.writeBytes(this.data.toByteArray());
		return file.toByteArray();
	}

	private void string(String key, String value) {
		pair(key, 8, text(value));
	}

	private void u32(String key, int value) {
		pair(key, 4, little(4).putInt(value).array());
	}

	private void array(String key, int type, byte[] elements) {
		pair(key, 9, little(12 + elements.length).putInt(type).putLong(this.pieces.size()).put(elements).array());
	}

	private void pair(String key, int type, byte[] value) {
		this.pairs.writeBytes(text(key));
		this.pairs.writeBytes(little(4).putInt(type).array());
		this.pairs.writeBytes(value);
		this.pairCount++;
	}

	private static byte[] text(String value) {
		byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
		return little(8 + bytes.length).putLong(bytes.length).put(bytes).array();
	}

	private static ByteBuffer little(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

}
