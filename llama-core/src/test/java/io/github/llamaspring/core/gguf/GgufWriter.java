package io.github.llamaspring.core.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes small GGUF files for tests.
 */
public final class GgufWriter {

	private final ByteArrayOutputStream pairs = new ByteArrayOutputStream();

	private final ByteArrayOutputStream infos = new ByteArrayOutputStream();

	private final ByteArrayOutputStream data = new ByteArrayOutputStream();

	private long pairCount;

	private long tensorCount;

	public GgufWriter string(String key, String value) {
		return pair(key, 8, text(value));
	}

	public GgufWriter u32(String key, int value) {
		return pair(key, 4, little(4).putInt(value).array());
	}

	public GgufWriter u16(String key, int value) {
		return pair(key, 2, little(2).putShort((short) value).array());
	}

	public GgufWriter strings(String key, String... values) {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.writeBytes(little(12).putInt(8).putLong(values.length).array());
		for (String value : values) {
			body.writeBytes(text(value));
		}
		return pair(key, 9, body.toByteArray());
	}

	public GgufWriter pair(String key, int type, byte[] value) {
		this.pairs.writeBytes(text(key));
		this.pairs.writeBytes(little(4).putInt(type).array());
		this.pairs.writeBytes(value);
		this.pairCount++;
		return this;
	}

	public GgufWriter tensor(String name, int type, byte[] content, long... shape) {
		tensorInfo(name, type, this.data.size(), shape);
		this.data.writeBytes(content);
		this.data.writeBytes(new byte[-content.length & 31]);
		return this;
	}

	public GgufWriter tensorInfo(String name, int type, long offset, long... shape) {
		this.infos.writeBytes(text(name));
		this.infos.writeBytes(little(4).putInt(shape.length).array());
		for (long length : shape) {
			this.infos.writeBytes(little(8).putLong(length).array());
		}
		this.infos.writeBytes(little(12).putInt(type).putLong(offset).array());
		this.tensorCount++;
		return this;
	}

	public byte[] bytes() {
		ByteArrayOutputStream file = new ByteArrayOutputStream();
		file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
		file.writeBytes(little(20).putInt(3).putLong(this.tensorCount).putLong(this.pairCount).array());
		file.writeBytes(this.pairs.toByteArray());
		file.writeBytes(this.infos.toByteArray());
		file.writeBytes(new byte[-file.size() & 31]);
		file.writeBytes(this.data.toByteArray());
		return file.toByteArray();
	}

	public Path write(Path path) throws IOException {
		return Files.write(path, bytes());
	}

	private static byte[] text(String value) {
		byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
		return little(8 + bytes.length).putLong(bytes.length).put(bytes).array();
	}

	private static ByteBuffer little(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

}
