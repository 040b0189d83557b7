package io.github.llamaspring.core.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.gguf.GgufWriter;

/**
 * Small vocabularies, whole and damaged, as GGUF files.
 */
public final class Vocabularies {

	public static final int NORMAL = 1;

	public static final int UNKNOWN = 2;

	public static final int CONTROL = 3;

	public static final int USER_DEFINED = 4;

	public static final int BYTE = 6;

	private final String model;

	private final List<String> pieces = new ArrayList<>();

	private final List<Integer> types = new ArrayList<>();

	private final List<Float> scores = new ArrayList<>();

	private final List<String> merges = new ArrayList<>();

	private final GgufWriter writer = new GgufWriter();

	private Vocabularies(String model) {
		this.model = model;
		this.writer.string("general.architecture", "llama").string("tokenizer.ggml.model", model);
	}

	/**
	 * Llama-2's kind: unknown, BOS, EOS and the bytes.
	 */
	public static Vocabularies sentencePiece() {
		Vocabularies it = new Vocabularies("llama").add("<unk>", UNKNOWN, 0).add("<s>", CONTROL, 0);
		it.add("</s>", CONTROL, 0);
		for (int value = 0; value < 256; value++) {
			it.add("<0x%02X>".formatted(value), BYTE, 0);
		}
		return it;
	}

	/**
	 * Llama-3's kind: the bytes, a few merges and its control tokens.
	 */
	public static Vocabularies bytePairs() {
		Vocabularies it = new Vocabularies("gpt2");
		it.writer.string("tokenizer.ggml.pre", "llama-bpe");
		for (int value = 0; value < 256; value++) {
			it.add(String.valueOf(ByteAlphabet.character(value)), NORMAL, 0);
		}
		for (String piece : List.of("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>",
				"<|eot_id|>")) {
			it.add(piece, CONTROL, 0);
		}
		it.merge("<", "|").merge("|", ">").merge("e", "o").merge("eo", "t").merge("Ġ", "a");
		return it.id("bos", 256).id("eos", 257);
	}

	public Vocabularies add(String piece, int type, float score) {
		this.pieces.add(piece);
		this.types.add(type);
		this.scores.add(score);
		return this;
	}

	/** A merge and the piece it makes. */
	public Vocabularies merge(String left, String right) {
		this.merges.add(left + " " + right);
		return this.pieces.contains(left + right) ? this : add(left + right, NORMAL, 0);
	}

	public Vocabularies rawMerge(String merge) {
		this.merges.add(merge);
		return this;
	}

	public Vocabularies id(String name, int id) {
		this.writer.u32("tokenizer.ggml." + name + "_token_id", id);
		return this;
	}

	public int size() {
		return this.pieces.size();
	}

	List<Integer> types() {
		return this.types;
	}

	List<Float> scores() {
		return this.scores;
	}

	List<String> pieces() {
		return this.pieces;
	}

	public Tokenizer tokenizer(Path folder) throws Exception {
		this.writer.strings("tokenizer.ggml.tokens", this.pieces.toArray(String[]::new));
		ByteBuffer numbers = little(this.types.size(), 5);
		this.types.forEach(numbers::putInt);
		this.writer.pair("tokenizer.ggml.token_type", 9, numbers.array());
		ByteBuffer floats = little(this.scores.size(), 6);
		this.scores.forEach(floats::putFloat);
		this.writer.pair("tokenizer.ggml.scores", 9, floats.array());
		if (this.model.equals("gpt2")) {
			this.writer.strings("tokenizer.ggml.merges", this.merges.toArray(String[]::new));
		}
		try (GgufFile file = GgufFile.open(this.writer.write(folder.resolve("small.gguf")))) {
			return Tokenizer.of(file);
		}
	}

	private static ByteBuffer little(int size, int type) {
		return ByteBuffer.allocate(12 + 4 * size).order(ByteOrder.LITTLE_ENDIAN).putInt(type).putLong(size);
	}

}
