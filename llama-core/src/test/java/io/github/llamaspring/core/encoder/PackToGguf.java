package io.github.llamaspring.core.encoder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.gguf.GgufWriter;

/**
 * Writes a pack as the GGUF file that llama.cpp's converter makes of an XLM-R model. It
 * reads the pack with code of its own. The embedding stays in 4 bits.
 */
public final class PackToGguf {

	private static final Map<String, String> NAMES = Map.of("q", "attn_q", "k", "attn_k", "v", "attn_v", "ao",
			"attn_output", "aln", "attn_output_norm", "fi", "ffn_up", "fo", "ffn_down", "oln", "layer_output_norm");

	private final ByteBuffer in;

	private final GgufWriter out = new GgufWriter();

	private final int[] header = new int[7];

	/** Where a tensor lies: offset and bytes. */
	private final Map<String, long[]> tensors = new HashMap<>();

	private PackToGguf(byte[] pack) {
		this.in = ByteBuffer.wrap(pack).order(ByteOrder.LITTLE_ENDIAN).position(8);
	}

	/**
	 * Converts.
	 * @param type of the blocks' matrices: F32 or Q8_0
	 */
	public static Path write(Path pack, GgmlType type, Path to) throws IOException {
		return new PackToGguf(Files.readAllBytes(pack)).convert(type).write(to);
	}

	private GgufWriter convert(GgmlType type) {
		for (int i = 0; i < this.header.length; i++) {
			this.header[i] = this.in.getInt();
		}
		float epsilon = this.in.getFloat();
		this.in.getInt();
		int dim = this.header[0];
		this.out.string("general.architecture", "bert")
			.string("general.name", "converted")
			.u32("bert.context_length", this.header[5])
			.u32("bert.embedding_length", dim)
			.u32("bert.feed_forward_length", this.header[3])
			.u32("bert.block_count", this.header[1])
			.u32("bert.attention.head_count", this.header[2])
			.pair("bert.attention.layer_norm_epsilon", 6, little(4).putFloat(epsilon).array())
			.pair("bert.attention.causal", 7, new byte[1])
			.u32("bert.pooling_type", 1);
		vocabulary();
		directory();
		embedding(dim);
		for (int i = 0; i < this.header[1]; i++) {
			for (Map.Entry<String, String> name : new TreeMap<>(NAMES).entrySet()) {
				String from = "l" + i + "." + name.getKey();
				String to = "blk." + i + "." + name.getValue();
				floats(from + ".b", to + ".bias", bytes(from + ".b").length / 4);
				if (name.getKey().endsWith("ln")) {
					floats(from + ".w", to + ".weight", dim);
				}
				else {
					long rows = bytes(from + ".b").length / 4;
					byte[] raw = bytes(from + ".w");
					byte[] content = (type == GgmlType.F32) ? toFloats(raw) : toQ8(raw);
					this.out.tensor(to + ".weight", type.id(), content, raw.length / 18 * 32 / rows, rows);
				}
			}
		}
		return this.out;
	}

	private void embedding(int dim) {
		byte[] words = bytes("emb.word");
		this.out.tensor("token_embd.weight", GgmlType.Q4_0.id(), words, dim, words.length / 18 * 32 / dim);
		floats("emb.pos", "position_embd.weight", dim, this.header[5]);
		floats("emb.type", "token_types.weight", dim, this.header[6]);
		floats("emb.ln.w", "token_embd_norm.weight", dim);
		floats("emb.ln.b", "token_embd_norm.bias", dim);
	}

	private void vocabulary() {
		int pieces = this.in.getInt();
		int bos = this.in.getInt();
		int eos = this.in.getInt();
		int pad = this.in.getInt();
		int unknown = this.in.getInt();
		byte[] text = new byte[(int) this.in.getLong()];
		int[] offsets = new int[pieces + 1];
		this.in.asIntBuffer().get(offsets);
		this.in.position(this.in.position() + 4 * offsets.length);
		// The embedding has rows beyond the pieces: the converter fills up with names.
		int rows = this.header[4];
		ByteBuffer scores = little(12 + 4 * rows).putInt(6).putLong(rows);
		for (int i = 0; i < rows; i++) {
			scores.putFloat((i < pieces) ? this.in.getFloat() : -10_000);
		}
		this.in.get(text);
		String[] tokens = new String[rows];
		ByteBuffer types = little(12 + 4 * rows).putInt(5).putLong(rows);
		for (int i = 0; i < rows; i++) {
			if (i >= pieces) {
				tokens[i] = "[PAD" + i + "]";
				types.putInt(5);
				continue;
			}
			tokens[i] = new String(text, offsets[i], offsets[i + 1] - offsets[i], StandardCharsets.UTF_8);
			boolean control = i == bos || i == eos || i == pad || tokens[i].equals("<mask>");
			types.putInt((i == unknown) ? 2 : control ? 3 : 1);
		}
		byte[] rules = charsmap();
		this.out.string("tokenizer.ggml.model", "t5")
			.string("tokenizer.ggml.pre", "default")
			.strings("tokenizer.ggml.tokens", tokens)
			.pair("tokenizer.ggml.scores", 9, scores.array())
			.pair("tokenizer.ggml.token_type", 9, types.array())
			.u32("tokenizer.ggml.token_type_count", this.header[6])
			.pair("tokenizer.ggml.precompiled_charsmap", 9,
					little(12 + rules.length).putInt(0).putLong(rules.length).put(rules).array())
			.u32("tokenizer.ggml.bos_token_id", bos)
			.u32("tokenizer.ggml.eos_token_id", eos)
			.u32("tokenizer.ggml.unknown_token_id", unknown)
			.u32("tokenizer.ggml.seperator_token_id", eos)
			.u32("tokenizer.ggml.padding_token_id", pad)
			.u32("tokenizer.ggml.cls_token_id", bos);
		for (String key : new String[] { "add_space_prefix", "remove_extra_whitespaces", "add_bos_token",
				"add_eos_token" }) {
			this.out.pair("tokenizer.ggml." + key, 7, new byte[] { 1 });
		}
	}

	private byte[] charsmap() {
		int count = this.in.getInt();
		int end = this.in.getInt() + this.in.position();
		ByteArrayOutputStream replacements = new ByteArrayOutputStream();
		TreeMap<byte[], Integer> rules = new TreeMap<>(Arrays::compareUnsigned);
		for (int i = 0; i < count; i++) {
			byte[] from = Character.toString(this.in.getInt()).getBytes(StandardCharsets.UTF_8);
			StringBuilder to = new StringBuilder();
			for (int k = this.in.get() & 0xff; k > 0; k--) {
				to.appendCodePoint(this.in.getInt());
			}
			if (from[0] != 0) {
				rules.put(from, replacements.size());
				replacements.writeBytes(to.toString().getBytes(StandardCharsets.UTF_8));
				replacements.write(0);
			}
		}
		this.in.position(end);
		byte[] units = DoubleArray.of(rules);
		return little(4 + units.length + replacements.size()).putInt(units.length)
			.put(units)
			.put(replacements.toByteArray())
			.array();
	}

	private void directory() {
		for (int i = this.in.getInt(); i > 0; i--) {
			byte[] name = new byte[this.in.getShort()];
			this.in.get(name);
			this.in.get();
			this.in.getInt();
			this.tensors.put(new String(name, StandardCharsets.UTF_8),
					new long[] { this.in.getLong(), this.in.getLong() });
		}
	}

	private byte[] bytes(String name) {
		long[] place = this.tensors.get(name);
		return Arrays.copyOfRange(this.in.array(), (int) place[0], (int) (place[0] + place[1]));
	}

	private void floats(String from, String to, long... shape) {
		this.out.tensor(to, GgmlType.F32.id(), bytes(from), shape);
	}

	private static float[] values(byte[] q4) {
		ByteBuffer blocks = ByteBuffer.wrap(q4).order(ByteOrder.LITTLE_ENDIAN);
		float[] values = new float[q4.length / 18 * 32];
		for (int at = 0; blocks.hasRemaining(); at += 32) {
			float scale = Float.float16ToFloat(blocks.getShort());
			for (int i = 0; i < 16; i++) {
				int pair = blocks.get() & 0xff;
				values[at + i] = scale * ((pair & 15) - 8);
				values[at + 16 + i] = scale * ((pair >> 4) - 8);
			}
		}
		return values;
	}

	private static byte[] toFloats(byte[] q4) {
		float[] values = values(q4);
		ByteBuffer out = little(4 * values.length);
		out.asFloatBuffer().put(values);
		return out.array();
	}

	private static byte[] toQ8(byte[] q4) {
		float[] values = values(q4);
		ByteBuffer out = little(values.length / 32 * 34);
		for (int at = 0; at < values.length; at += 32) {
			float largest = 0;
			for (int i = at; i < at + 32; i++) {
				largest = Math.max(largest, Math.abs(values[i]));
			}
			float scale = largest / 127;
			out.putShort(Float.floatToFloat16(scale));
			for (int i = at; i < at + 32; i++) {
				out.put((byte) ((scale == 0) ? 0 : Math.round(values[i] / scale)));
			}
		}
		return out.array();
	}

	private static ByteBuffer little(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

}
