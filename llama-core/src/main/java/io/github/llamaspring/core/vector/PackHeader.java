package io.github.llamaspring.core.vector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

import io.github.llamaspring.core.kernel.PackCache;

/**
 * What stands at the beginning of a side file, little-endian: magic (8 bytes), version
 * and length of the header (4 each), length of the file, length and time of the source (8
 * each), layout, interleave and number of matrices (4 each), SHA-256 of the source and
 * name of the processor (each 2 bytes of length, then UTF-8), an {@link Entry} for each
 * matrix in the order of the network, and CRC-32C of all that (4). Matrices begin at
 * multiples of {@value #ALIGNMENT}.
 *
 * @param source what was packed
 * @param cpu the processor it was packed for
 * @param layout {@link #LAYOUT}
 * @param interleave groups of rows that share one stream
 * @param fileBytes length of the side file
 * @param entries the matrices
 */
record PackHeader(PackCache.Source source, String cpu, int layout, int interleave, long fileBytes,
		List<Entry> entries) {

	/** Where what {@link Packer} writes has changed, this must. */
	static final int LAYOUT = 1;

	static final int ALIGNMENT = 4096;

	private static final long MAGIC = 0x314B_4341_504C_4C4CL; // "LLLPACK1"

	private static final int VERSION = 3;

	private static final int MAX_BYTES = 64 << 20;

	private static final int MAX_TEXT = 1 << 10;

	private static final int MAX_INTERLEAVE = 16;

	/** Bytes before the texts. */
	private static final int FIXED_BYTES = 52;

	/**
	 * A matrix.
	 *
	 * @param type number of the source's type in a GGUF file
	 * @param rows output width
	 * @param cols input width
	 * @param factor of all weights
	 * @param offset where in the file it begins
	 * @param bytes its length
	 * @param sourceSample {@link Packed#sample} of the source
	 * @param sample the same of the packed bytes
	 */
	record Entry(int type, int rows, int cols, float factor, long offset, long bytes, int sourceSample, int sample) {

		static final int BYTES = 40;

	}

	/** Why a side file cannot be used. */
	static final class UnusableException extends Exception {

		private static final long serialVersionUID = 1L;

		UnusableException(String reason) {
			super(reason);
		}

	}

	/** Bytes of a header, to where the first matrix begins. */
	static int bytes(String sha256, String cpu, int entries) {
		int used = FIXED_BYTES + 2 * Short.BYTES + utf8(sha256).length + utf8(cpu).length + entries * Entry.BYTES
				+ Integer.BYTES;
		return (int) align(used);
	}

	static long align(long offset) {
		return (offset + ALIGNMENT - 1) & -ALIGNMENT;
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	ByteBuffer encode() {
		ByteBuffer out = ByteBuffer.allocate(bytes(this.source.sha256(), this.cpu, this.entries.size()))
			.order(ByteOrder.LITTLE_ENDIAN);
		out.putLong(MAGIC).putInt(VERSION).putInt(out.capacity()).putLong(this.fileBytes);
		out.putLong(this.source.bytes()).putLong(this.source.modified());
		out.putInt(this.layout).putInt(this.interleave).putInt(this.entries.size());
		put(out, this.source.sha256());
		put(out, this.cpu);
		for (Entry entry : this.entries) {
			out.putInt(entry.type).putInt(entry.rows).putInt(entry.cols).putFloat(entry.factor);
			out.putLong(entry.offset).putLong(entry.bytes).putInt(entry.sourceSample).putInt(entry.sample);
		}
		CRC32C sum = new CRC32C();
		sum.update(out.duplicate().flip());
		return out.putInt((int) sum.getValue()).clear();
	}

	private static void put(ByteBuffer out, String text) {
		byte[] bytes = utf8(text);
		out.putShort((short) bytes.length).put(bytes);
	}

	/**
	 * Reads and checks a header; what it says of offsets can be believed then.
	 * @throws UnusableException if it is none, of another version, or damaged
	 */
	static PackHeader read(FileChannel file) throws IOException, UnusableException {
		ByteBuffer start = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		fill(file, start);
		if (start.getLong() != MAGIC) {
			throw new UnusableException("it is no file of packed weights");
		}
		int version = start.getInt();
		if (version != VERSION) {
			throw new UnusableException("it has version " + Integer.toUnsignedString(version) + ", not " + VERSION);
		}
		int length = start.getInt();
		if (length < FIXED_BYTES || length > MAX_BYTES || length > file.size()) {
			throw new UnusableException("its header is damaged");
		}
		ByteBuffer in = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
		fill(file, in);
		PackHeader header = decode(in.position(start.position()));
		header.requireSound(length, file.size());
		return header;
	}

	private static void fill(FileChannel file, ByteBuffer buffer) throws IOException, UnusableException {
		while (buffer.hasRemaining()) {
			if (file.read(buffer, buffer.position()) < 0) {
				throw new UnusableException("it is cut");
			}
		}
		buffer.flip();
	}

	private static PackHeader decode(ByteBuffer in) throws UnusableException {
		long fileBytes = in.getLong();
		long sourceBytes = in.getLong();
		long modified = in.getLong();
		int layout = in.getInt();
		int interleave = in.getInt();
		int count = in.getInt();
		String sha256 = text(in);
		String cpu = text(in);
		if (count < 0 || (long) count * Entry.BYTES + Integer.BYTES > in.remaining()) {
			throw new UnusableException("its header is damaged");
		}
		List<Entry> entries = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			entries.add(new Entry(in.getInt(), in.getInt(), in.getInt(), in.getFloat(), in.getLong(), in.getLong(),
					in.getInt(), in.getInt()));
		}
		CRC32C sum = new CRC32C();
		sum.update(in.duplicate().flip());
		if (in.getInt() != (int) sum.getValue()) {
			throw new UnusableException("its header is damaged");
		}
		return new PackHeader(new PackCache.Source(sourceBytes, modified, sha256), cpu, layout, interleave, fileBytes,
				entries);
	}

	private static String text(ByteBuffer in) throws UnusableException {
		int length = (in.remaining() >= Short.BYTES) ? in.getShort() : -1;
		if (length < 0 || length > MAX_TEXT || length > in.remaining()) {
			throw new UnusableException("its header is damaged");
		}
		byte[] bytes = new byte[length];
		in.get(bytes);
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private void requireSound(long headerBytes, long actual) throws UnusableException {
		if (actual != this.fileBytes) {
			throw new UnusableException("it has " + actual + " bytes and should have " + this.fileBytes);
		}
		for (Entry entry : this.entries) {
			if (entry.offset < headerBytes || entry.offset % ALIGNMENT != 0 || entry.bytes <= 0
					|| entry.bytes > actual - entry.offset || !(entry.factor > 0 && entry.factor <= 1)) {
				throw new UnusableException("its header is damaged");
			}
		}
	}

	/**
	 * Checks that the file is this model's, for this machine.
	 * @throws UnusableException if not
	 */
	void requireFor(PackCache cache) throws UnusableException {
		if (!this.source.equals(cache.source())) {
			throw new UnusableException("the model's file has changed");
		}
		if (!this.cpu.equals(cache.cpu())) {
			throw new UnusableException("it was made for another processor (" + this.cpu + ")");
		}
		if (this.layout != LAYOUT || this.interleave < 1 || this.interleave > MAX_INTERLEAVE) {
			throw new UnusableException("it has another layout");
		}
	}

}
