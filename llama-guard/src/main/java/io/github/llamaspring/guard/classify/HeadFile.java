package io.github.llamaspring.guard.classify;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

import io.github.llamaspring.guard.semantic.MeaningSpace;

/**
 * The files of the models, big-endian:
 *
 * <pre>
 * int   magic "LGHD"
 * int   version 1
 * UTF   name: harm, injection, toxicity, or a class table's
 * -- a head                              -- a class table
 * float scale, float bias                int  classes, UTF each
 * int   calibrations, each:
 *   UTF language, float slope, offset, grey, hit
 * -- a head on sentence vectors           -- their categories
 * int   numbers a vector, int units      int  numbers a vector
 * float bias, float share                int  classes, UTF each
 * int   calibrations as of a head
 * -- a space of meaning
 * int   numbers a vector, int directions, int everyday texts
 * -- all
 * int   CRC-32 of all before and of the weights
 * byte  weights: 2^18 of a head, 2^13 times classes of a table, the floats of a head on
 *       vectors, of the categories or of a space in the order of their records, everyday
 *       texts a byte a number; nothing after
 * </pre>
 */
final class HeadFile {

	private static final int MAGIC = 0x4C474844;

	private static final int VERSION = 1;

	private static final int MOST_CLASSES = 64;

	private static final int MOST_NUMBERS = 1 << 14;

	private static final String VECTOR_CATEGORIES = "vector categories";

	private static final String SPACE = "space of meaning";

	private static final float STEPS = 256;

	private HeadFile() {
	}

	static byte[] write(LinearHead head) {
		return write(head.head().name(), head.weights(), (out) -> {
			out.writeFloat(head.scale());
			out.writeFloat(head.bias());
			write(out, head.calibrations());
		});
	}

	static byte[] write(VectorHead head) {
		ByteBuffer weights = ByteBuffer
			.allocate(4 * (head.center().length + head.hidden().length + 2 * head.output().length));
		put(weights, head.center());
		put(weights, head.hidden());
		put(weights, head.hiddenBias());
		put(weights, head.output());
		return write(vectors(head.head()), weights.array(), (out) -> {
			out.writeInt(head.center().length);
			out.writeInt(head.output().length);
			out.writeFloat(head.outputBias());
			out.writeFloat(head.share());
			write(out, head.calibrations());
		});
	}

	static byte[] write(VectorCategories categories) {
		ByteBuffer weights = ByteBuffer
			.allocate(4 * (categories.center().length + categories.weights().length + categories.bias().length));
		put(weights, categories.center());
		put(weights, categories.weights());
		put(weights, categories.bias());
		return write(VECTOR_CATEGORIES, weights.array(), (out) -> {
			out.writeInt(categories.center().length);
			write(out, categories.classes());
		});
	}

	/**
	 * Places of everyday texts are stored in steps of 1/256, which their sum forgives.
	 */
	static byte[] write(MeaningSpace space) {
		int dim = space.center().length;
		ByteBuffer weights = ByteBuffer
			.allocate(4 * dim * (1 + space.directions().size()) + dim * space.ordinary().size());
		put(weights, space.center());
		space.directions().forEach((direction) -> put(weights, direction));
		for (float[] place : space.ordinary()) {
			for (float value : place) {
				weights.put((byte) Math.clamp(Math.round(value * STEPS), -127, 127));
			}
		}
		return write(SPACE, weights.array(), (out) -> {
			out.writeInt(dim);
			out.writeInt(space.directions().size());
			out.writeInt(space.ordinary().size());
		});
	}

	private static void put(ByteBuffer bytes, float[] values) {
		for (float value : values) {
			bytes.putFloat(value);
		}
	}

	private static String vectors(Head head) {
		return head.name() + " vectors";
	}

	private static void write(DataOutputStream out, List<String> classes) throws IOException {
		out.writeInt(classes.size());
		for (String one : classes) {
			out.writeUTF(one);
		}
	}

	private static void write(DataOutputStream out, SortedMap<String, Calibration> calibrations) throws IOException {
		out.writeInt(calibrations.size());
		for (Map.Entry<String, Calibration> entry : calibrations.entrySet()) {
			out.writeUTF(entry.getKey());
			out.writeFloat(entry.getValue().slope());
			out.writeFloat(entry.getValue().offset());
			out.writeFloat(entry.getValue().grey());
			out.writeFloat(entry.getValue().hit());
		}
	}

	static byte[] write(String name, ClassTable table) {
		return write(name, table.weights(), (out) -> write(out, table.classes()));
	}

	private static byte[] write(String name, byte[] weights, Body body) {
		try {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream(weights.length + 512);
			DataOutputStream out = new DataOutputStream(bytes);
			out.writeInt(MAGIC);
			out.writeInt(VERSION);
			out.writeUTF(name);
			body.write(out);
			out.writeInt(checksum(bytes.toByteArray(), bytes.size(), weights));
			out.write(weights);
			return bytes.toByteArray();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int checksum(byte[] header, int length, byte[] weights) {
		CRC32 crc = new CRC32();
		crc.update(header, 0, length);
		crc.update(weights);
		return (int) crc.getValue();
	}

	/**
	 * Reads a head.
	 * @param file its name, for messages
	 */
	static LinearHead readHead(String file, byte[] bytes, Head head) {
		return read(file, bytes, head.name(), (in) -> {
			float scale = finite(file, "scale", in.readFloat());
			float bias = finite(file, "bias", in.readFloat());
			SortedMap<String, Calibration> calibrations = calibrations(file, in);
			return new LinearHead(head, weights(file, bytes, in, HashedFeatures.BUCKETS), scale, bias, calibrations);
		});
	}

	/**
	 * Reads a head on sentence vectors.
	 */
	static VectorHead readVectors(String file, byte[] bytes, Head head) {
		return read(file, bytes, vectors(head), (in) -> {
			int dim = size(file, "numbers a vector", in.readInt());
			int units = size(file, "units", in.readInt());
			float outputBias = finite(file, "bias", in.readFloat());
			float share = finite(file, "share", in.readFloat());
			SortedMap<String, Calibration> calibrations = calibrations(file, in);
			long size = 4L * (dim + (long) dim * units + 2L * units);
			ByteBuffer weights = ByteBuffer.wrap(weights(file, bytes, in, size));
			return new VectorHead(head, floats(file, weights, dim), floats(file, weights, dim * units),
					floats(file, weights, units), floats(file, weights, units), outputBias, share, calibrations);
		});
	}

	/**
	 * Reads the categories of sentence vectors.
	 */
	static VectorCategories readVectorCategories(String file, byte[] bytes) {
		return read(file, bytes, VECTOR_CATEGORIES, (in) -> {
			int dim = size(file, "numbers a vector", in.readInt());
			List<String> classes = classes(file, in);
			int n = classes.size();
			ByteBuffer weights = ByteBuffer.wrap(weights(file, bytes, in, 4L * (dim + (long) dim * n + n)));
			return new VectorCategories(classes, floats(file, weights, dim), floats(file, weights, dim * n),
					floats(file, weights, n));
		});
	}

	/**
	 * Reads a space of meaning.
	 */
	static MeaningSpace readSpace(String file, byte[] bytes) {
		return read(file, bytes, SPACE, (in) -> {
			int dim = size(file, "numbers a vector", in.readInt());
			int directions = size(file, "directions", in.readInt() + 1) - 1;
			int ordinary = size(file, "everyday texts", in.readInt());
			ByteBuffer weights = ByteBuffer
				.wrap(weights(file, bytes, in, 4L * dim * (1 + directions) + (long) dim * ordinary));
			float[] center = floats(file, weights, dim);
			List<float[]> others = new ArrayList<>();
			for (int i = 0; i < directions; i++) {
				others.add(floats(file, weights, dim));
			}
			List<float[]> places = new ArrayList<>();
			for (int i = 0; i < ordinary; i++) {
				float[] place = new float[dim];
				for (int k = 0; k < dim; k++) {
					place[k] = weights.get() / STEPS;
				}
				places.add(place);
			}
			return new MeaningSpace(center, List.copyOf(others), List.copyOf(places));
		});
	}

	private static int size(String file, String what, int size) {
		if (size < 1 || size > MOST_NUMBERS) {
			throw damaged(file, "it has " + size + " " + what);
		}
		return size;
	}

	private static float[] floats(String file, ByteBuffer weights, int count) {
		float[] values = new float[count];
		for (int i = 0; i < count; i++) {
			values[i] = finite(file, "weight", weights.getFloat());
		}
		return values;
	}

	private static SortedMap<String, Calibration> calibrations(String file, DataInputStream in) throws IOException {
		int count = in.readInt();
		if (count < 1 || count > MOST_CLASSES) {
			throw damaged(file, "it has " + count + " calibrations");
		}
		SortedMap<String, Calibration> calibrations = new TreeMap<>();
		for (int i = 0; i < count; i++) {
			String language = in.readUTF();
			Calibration calibration = new Calibration(finite(file, "slope", in.readFloat()),
					finite(file, "offset", in.readFloat()), finite(file, "grey", in.readFloat()),
					finite(file, "hit", in.readFloat()));
			if (calibration.hit() <= calibration.grey()) {
				throw damaged(file, "its thresholds for " + language + " are not in order");
			}
			calibrations.put(language, calibration);
		}
		if (!calibrations.containsKey(LinearHead.ANY)) {
			throw damaged(file, "it has no calibration for languages of no name (" + LinearHead.ANY + ")");
		}
		return calibrations;
	}

	private static List<String> classes(String file, DataInputStream in) throws IOException {
		int count = in.readInt();
		if (count < 1 || count > MOST_CLASSES) {
			throw damaged(file, "it has " + count + " classes");
		}
		List<String> classes = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			classes.add(in.readUTF());
		}
		return List.copyOf(classes);
	}

	/**
	 * Reads a class table.
	 */
	static ClassTable readTable(String file, byte[] bytes, String name) {
		return read(file, bytes, name, (in) -> {
			List<String> classes = classes(file, in);
			return new ClassTable(classes, weights(file, bytes, in, (long) ClassTable.BUCKETS * classes.size()));
		});
	}

	private static <T> T read(String file, byte[] bytes, String name, Reader<T> reader) {
		try {
			DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
			if (in.readInt() != MAGIC) {
				throw new HeadFormatException(file + " is no model of llama-guard (wrong first four bytes)");
			}
			int version = in.readInt();
			if (version != VERSION) {
				throw new HeadFormatException(file + " has version " + version + ", but this llama-guard reads version "
						+ VERSION + "; train it again with GuardCli train");
			}
			String found = in.readUTF();
			if (!found.equals(name)) {
				throw damaged(file, "it holds the model " + found + " and not " + name);
			}
			return reader.read(in);
		}
		catch (EOFException ex) {
			throw new HeadFormatException(file + " is cut off after " + bytes.length + " bytes; copy or train it again",
					ex);
		}
		catch (IOException ex) {
			throw new HeadFormatException(file + " is damaged: " + ex.getMessage() + "; copy or train it again", ex);
		}
	}

	private static byte[] weights(String file, byte[] bytes, DataInputStream in, long size) throws IOException {
		int header = bytes.length - in.available();
		int expected = in.readInt();
		if (size > in.available()) {
			throw new EOFException();
		}
		byte[] weights = new byte[(int) size];
		in.readFully(weights);
		if (in.available() > 0) {
			throw damaged(file, "it has " + in.available() + " bytes too many");
		}
		if (checksum(bytes, header, weights) != expected) {
			throw damaged(file, "its checksum is wrong");
		}
		return weights;
	}

	private static float finite(String file, String field, float value) {
		if (!Float.isFinite(value)) {
			throw damaged(file, "its " + field + " is " + value);
		}
		return value;
	}

	private static HeadFormatException damaged(String file, String what) {
		return new HeadFormatException(file + " is damaged: " + what + "; copy or train it again");
	}

	private interface Body {

		void write(DataOutputStream out) throws IOException;

	}

	private interface Reader<T> {

		T read(DataInputStream in) throws IOException;

	}

}
