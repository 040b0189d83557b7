package io.github.llamaspring.core.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.github.llamaspring.core.gguf.GgmlType;

/**
 * The header of a made-up model: GGUF 3, the metadata of a Llama model, a made-up
 * SentencePiece vocabulary. Source: docs/gguf.md of the ggml project.
 */
final class SynthHeader {

	static final int ALIGNMENT = 32;

	private static final int UINT32 = 4;

	private static final int INT32 = 5;

	private static final int FLOAT32 = 6;

	private static final int BOOL = 7;

	private static final int STRING = 8;

	private static final int ARRAY = 9;

	/** Token types. */
	private static final int NORMAL = 1;

	private static final int UNKNOWN = 2;

	private static final int CONTROL = 3;

	private static final int BYTE = 6;

	private static final int BOS = 1;

	private static final int EOS = 2;

	private static final int BYTES = 256;

	private static final int QUANTIZATION_VERSION = 2;

	private final ByteArrayOutputStream pairs = new ByteArrayOutputStream();

	private int pairCount;

	private SynthHeader() {
	}

	/**
	 * Everything before the tensors' data, which begins aligned.
	 */
	static byte[] of(String name, SynthShape shape, GgmlType type, List<SynthTensor> tensors) {
		SynthHeader header = new SynthHeader();
		header.model(name, shape, type);
		header.vocabulary();
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		all.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
		all.writeBytes(little(20).putInt(3).putLong(tensors.size()).putLong(header.pairCount).array());
		all.writeBytes(header.pairs.toByteArray());
		long offset = 0;
		for (SynthTensor tensor : tensors) {
			all.writeBytes(text(tensor.name()));
			all.writeBytes(little(4).putInt(tensor.shape().size()).array());
			tensor.shape().forEach((length) -> all.writeBytes(little(8).putLong(length).array()));
			all.writeBytes(little(12).putInt(tensor.type().id()).putLong(offset).array());
			offset += tensor.paddedBytes();
		}
		all.writeBytes(new byte[padding(all.size())]);
		return all.toByteArray();
	}

	/**
	 * Bytes from here to an aligned place.
	 */
	static int padding(long size) {
		return (int) (-size & (ALIGNMENT - 1));
	}

	private void model(String name, SynthShape shape, GgmlType type) {
		string("general.architecture", "llama");
		string("general.name", name);
		u32("general.file_type", fileType(type));
		u32("general.quantization_version", QUANTIZATION_VERSION);
		u32("llama.context_length", shape.contextLength());
		u32("llama.embedding_length", shape.dim());
		u32("llama.block_count", shape.layers());
		u32("llama.feed_forward_length", shape.ffnDim());
		u32("llama.attention.head_count", shape.heads());
		u32("llama.attention.head_count_kv", shape.kvHeads());
		pair("llama.attention.layer_norm_rms_epsilon", FLOAT32, little(4).putFloat(1e-5f).array());
		u32("llama.rope.dimension_count", shape.dim() / shape.heads());
		pair("llama.rope.freq_base", FLOAT32, little(4).putFloat(10_000).array());
		u32("llama.vocab_size", SynthShape.VOCABULARY);
	}

	/**
	 * How llama.cpp names the mixture of types: {@code llama_ftype} of llama.h.
	 */
	private static int fileType(GgmlType type) {
		return switch (type) {
			case F16 -> 1;
			case Q4_0 -> 2;
			case Q8_0 -> 7;
			case Q4_K -> 14;
			case Q6_K -> 18;
			default -> throw new IllegalArgumentException("no made-up model of " + type);
		};
	}

	private void vocabulary() {
		List<String> pieces = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
		for (int value = 0; value < BYTES; value++) {
			pieces.add("<0x%02X>".formatted(value));
		}
		int special = pieces.size();
		pieces.addAll(madeUp(SynthShape.VOCABULARY - special));
		ByteArrayOutputStream texts = new ByteArrayOutputStream();
		ByteBuffer scores = little(4 * pieces.size());
		ByteBuffer types = little(4 * pieces.size());
		for (int id = 0; id < pieces.size(); id++) {
			texts.writeBytes(text(pieces.get(id)));
			scores.putFloat(Math.min(0, special - id));
			types.putInt((id < special) ? specialType(id) : NORMAL);
		}
		string("tokenizer.ggml.model", "llama");
		array("tokenizer.ggml.tokens", STRING, pieces.size(), texts.toByteArray());
		array("tokenizer.ggml.scores", FLOAT32, pieces.size(), scores.array());
		array("tokenizer.ggml.token_type", INT32, pieces.size(), types.array());
		u32("tokenizer.ggml.unknown_token_id", 0);
		u32("tokenizer.ggml.bos_token_id", BOS);
		u32("tokenizer.ggml.eos_token_id", EOS);
		pair("tokenizer.ggml.add_bos_token", BOOL, new byte[] { 1 });
		pair("tokenizer.ggml.add_eos_token", BOOL, new byte[] { 0 });
	}

	private static int specialType(int id) {
		return switch (id) {
			case 0 -> UNKNOWN;
			case BOS, EOS -> CONTROL;
			default -> BYTE;
		};
	}

	/**
	 * The space and the letters, then each piece with one more letter: merging from the
	 * left reaches all of them.
	 */
	private static List<String> madeUp(int count) {
		List<String> pieces = new ArrayList<>(count);
		Deque<String> stems = new ArrayDeque<>(List.of("\u2581", ""));
		if (count > 0) {
			pieces.add("\u2581");
		}
		while (pieces.size() < count) {
			String stem = stems.removeFirst();
			for (char letter = 'a'; letter <= 'z' && pieces.size() < count; letter++) {
				pieces.add(stem + letter);
				stems.addLast(stem + letter);
			}
		}
		return pieces;
	}

	private void string(String key, String value) {
		pair(key, STRING, text(value));
	}

	private void u32(String key, int value) {
		pair(key, UINT32, little(4).putInt(value).array());
	}

	private void array(String key, int type, int count, byte[] elements) {
		byte[] header = little(12).putInt(type).putLong(count).array();
		pair(key, ARRAY, little(header.length + elements.length).put(header).put(elements).array());
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
