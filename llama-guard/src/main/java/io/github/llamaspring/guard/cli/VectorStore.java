package io.github.llamaspring.guard.cli;

import io.github.llamaspring.guard.digest.Sha256;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.TextEncoder;

/**
 * The vectors of a corpus in a file, so that only new texts are encoded when models are
 * trained again: a line of text {@code guard vectors N}, then for each text its SHA-256
 * and N floats, big-endian. Thread-safe.
 */
final class VectorStore implements TextEncoder, AutoCloseable {

	private static final String HEADER = "guard vectors ";

	private static final int HASH = 32;

	private static final int MOST_NUMBERS = 1 << 14;

	private final Path file;

	private final TextEncoder encoder;

	private final Map<ByteBuffer, float[]> vectors = new HashMap<>();

	private int dim;

	private @Nullable DataOutputStream out;

	private VectorStore(Path file, TextEncoder encoder) {
		this.file = file;
		this.encoder = encoder;
	}

	/**
	 * Opens a file, which is made with the first vectors. A record that was cut off, say
	 * by a full disk, is left out.
	 * @throws IOException if it can't be read or is something else
	 */
	static VectorStore open(Path file, TextEncoder encoder) throws IOException {
		VectorStore store = new VectorStore(file, encoder);
		if (Files.exists(file)) {
			store.read();
		}
		return store;
	}

	private void read() throws IOException {
		long size = Files.size(this.file);
		long header;
		long complete;
		try (DataInputStream in = new DataInputStream(
				new BufferedInputStream(Files.newInputStream(this.file), 1 << 16))) {
			header = readHeader(in);
			int record = HASH + 4 * this.dim;
			complete = (size - header) / record;
			byte[] bytes = new byte[4 * this.dim];
			for (long i = 0; i < complete; i++) {
				byte[] hash = in.readNBytes(HASH);
				in.readFully(bytes);
				float[] vector = new float[this.dim];
				ByteBuffer.wrap(bytes).asFloatBuffer().get(vector);
				this.vectors.put(ByteBuffer.wrap(hash), vector);
			}
		}
		if (header + complete * (HASH + 4L * this.dim) < size) {
			try (var channel = Files.newByteChannel(this.file, StandardOpenOption.WRITE)) {
				channel.truncate(header + complete * (HASH + 4L * this.dim));
			}
		}
	}

	private long readHeader(DataInputStream in) throws IOException {
		StringBuilder line = new StringBuilder();
		int c = in.read();
		while (c >= 0 && c != '\n' && line.length() < 40) {
			line.append((char) c);
			c = in.read();
		}
		String number = line.toString().startsWith(HEADER) ? line.substring(HEADER.length()) : "";
		if (c != '\n' || !number.matches("\\d{1,5}") || Integer.parseInt(number) > MOST_NUMBERS
				|| Integer.parseInt(number) < 1) {
			throw new IOException(this.file + " is no file of vectors; name another one");
		}
		this.dim = Integer.parseInt(number);
		return line.length() + 1L;
	}

	@Override
	public synchronized List<float[]> encode(List<String> texts) {
		List<String> missing = new ArrayList<>();
		for (String text : texts) {
			if (!this.vectors.containsKey(hash(text))) {
				missing.add(text);
			}
		}
		if (!missing.isEmpty()) {
			List<float[]> fresh = this.encoder.encode(missing);
			try {
				add(missing, fresh);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(this.file + " can't be written: " + ex.getMessage(), ex);
			}
		}
		List<float[]> found = new ArrayList<>();
		for (String text : texts) {
			float[] vector = this.vectors.get(hash(text));
			if (vector == null) {
				throw new IllegalStateException("the encoder gave no vector for a text");
			}
			found.add(vector);
		}
		return found;
	}

	private void add(List<String> texts, List<float[]> fresh) throws IOException {
		DataOutputStream stream = stream(fresh.getFirst().length);
		for (int i = 0; i < texts.size(); i++) {
			float[] vector = fresh.get(i);
			if (vector.length != this.dim) {
				throw new IllegalStateException("the encoder's vectors have " + vector.length + " numbers, those in "
						+ this.file + " " + this.dim + ": use the same encoder or another file");
			}
			ByteBuffer hash = hash(texts.get(i));
			stream.write(hash.array());
			for (float value : vector) {
				stream.writeFloat(value);
			}
			this.vectors.put(hash, vector);
		}
		stream.flush();
	}

	private DataOutputStream stream(int length) throws IOException {
		DataOutputStream stream = this.out;
		if (stream == null) {
			stream = new DataOutputStream(new BufferedOutputStream(
					Files.newOutputStream(this.file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), 1 << 16));
			this.out = stream;
		}
		if (this.dim == 0) {
			this.dim = length;
			stream.write((HEADER + length + "\n").getBytes(StandardCharsets.US_ASCII));
		}
		return stream;
	}

	private static ByteBuffer hash(String text) {
		return ByteBuffer.wrap(Sha256.bytes(text));
	}

	@Override
	public void close() throws IOException {
		if (this.out != null) {
			this.out.close();
		}
	}

}
